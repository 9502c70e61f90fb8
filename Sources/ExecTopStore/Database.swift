import CSQLite
import Glibc

/// An SQLite database that is open. What is read or written of it is the business of others.
final class Database {
  /// As the user named it.
  let file: String
  // Open from init to deinit, and used on one thread.
  private let handle: OpaquePointer

  enum Access {
    case readOnly
    /// Nobody writes to it, and nothing of it is in a log: for places where the files that readers share cannot be.
    case immutable
    case readWrite
  }

  /// - Throws: `StoreError`. The file must be there.
  init(_ path: String, named file: String, _ access: Access) throws(StoreError) {
    let flags = access == .readWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(
      Database.uri(path, isImmutable: access == .immutable), &opened,
      flags | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW, nil)
    guard code == SQLITE_OK, let opened else {
      let error = StoreError("open", file, code: code, system: opened.map { sqlite3_system_errno($0) } ?? 0)
      sqlite3_close_v2(opened)
      throw error
    }
    self.file = file
    handle = opened
    // Another process may be at the beginning or the end of its writing.
    sqlite3_busy_timeout(handle, 2000)
    sqlite3_extended_result_codes(handle, 1)
  }

  deinit {
    sqlite3_close_v2(handle)
  }

  /// RFC 3986: every byte that is not plainly part of a path is escaped.
  private static func uri(_ file: String, isImmutable: Bool) -> String {
    var text = "file:"
    for byte in file.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "_"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16)
        text += "%" + (digits.count < 2 ? "0" : "") + digits
      }
    }
    return isImmutable ? text + "?immutable=1" : text
  }

  /// Runs statements that give no rows.
  func run(_ sql: String, _ operation: String = "write") throws(StoreError) {
    try check(sqlite3_exec(handle, sql, nil, nil, nil), operation)
  }

  func prepare(_ sql: String, _ operation: String = "write") throws(StoreError) -> Statement {
    var statement: OpaquePointer?
    try check(sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil), operation)
    guard let statement else { throw StoreError(operation, file, reason: "an empty statement") }
    return Statement(statement, of: self, operation)
  }

  /// The number that a pragma or a query gives.
  func number(_ sql: String, _ operation: String = "read") throws(StoreError) -> Int64 {
    let statement = try prepare(sql, operation)
    return try statement.step() ? statement.integer(0) : 0
  }

  var lastRow: Int64 { sqlite3_last_insert_rowid(handle) }

  /// Writes all of it or nothing.
  func transaction<Result>(_ body: () throws -> Result) throws -> Result {
    try run("BEGIN IMMEDIATE")
    do {
      let result = try body()
      try run("COMMIT")
      return result
    } catch {
      // Some failures have done that already, and then this one fails.
      try? run("ROLLBACK")
      throw error
    }
  }

  func check(_ code: CInt, _ operation: String) throws(StoreError) {
    if code != SQLITE_OK, code != SQLITE_ROW, code != SQLITE_DONE {
      throw StoreError(operation, file, code: code, system: sqlite3_system_errno(handle))
    }
  }
}

/// A statement that is used again and again.
final class Statement {
  private let handle: OpaquePointer
  // A statement must end before its database does.
  private let database: Database
  private let operation: String

  fileprivate init(_ handle: OpaquePointer, of database: Database, _ operation: String) {
    self.handle = handle
    self.database = database
    self.operation = operation
  }

  deinit {
    sqlite3_finalize(handle)
  }

  /// Values of a statement, by their places from 1 on.
  enum Value {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    init(_ integer: Int64?) { self = integer.map(Value.integer) ?? .null }
    /// By its bits: SQLite's numbers have a sign.
    init(_ figure: UInt64?) { self = figure.map { .integer(Int64(bitPattern: $0)) } ?? .null }
    init(_ number: Int?) { self = number.map { .integer(Int64($0)) } ?? .null }
    init(_ text: String?) { self = text.map(Value.text) ?? .null }
  }

  /// Begins anew, with these values.
  func bind(_ values: [Value]) throws(StoreError) {
    sqlite3_reset(handle)
    for (index, value) in values.enumerated() {
      let place = CInt(index + 1)
      let code =
        switch value {
        case .null: sqlite3_bind_null(handle, place)
        case .integer(let integer): sqlite3_bind_int64(handle, place, integer)
        case .real(let real): sqlite3_bind_double(handle, place, real)
        // SQLite copies both before it returns.
        case .text(let text): sqlite3_bind_text(handle, place, text, CInt(text.utf8.count), csqlite_transient())
        case .blob(let bytes): sqlite3_bind_blob(handle, place, bytes, CInt(bytes.count), csqlite_transient())
        }
      try database.check(code, operation)
    }
  }

  /// Runs it with these values; it gives no rows.
  func run(_ values: [Value] = []) throws(StoreError) {
    try bind(values)
    _ = try step()
    sqlite3_reset(handle)
  }

  /// Runs it with these whole numbers; it gives no rows.
  func run(integers: [Int64]) throws(StoreError) {
    sqlite3_reset(handle)
    for (index, integer) in integers.enumerated() {
      try database.check(sqlite3_bind_int64(handle, CInt(index + 1), integer), operation)
    }
    _ = try step()
    sqlite3_reset(handle)
  }

  /// The next row. False if there is none.
  func step() throws(StoreError) -> Bool {
    let code = sqlite3_step(handle)
    if code == SQLITE_ROW { return true }
    defer { sqlite3_reset(handle) }
    try database.check(code, operation)
    return false
  }

  /// Lets go of the rows that are left.
  func reset() { sqlite3_reset(handle) }

  // MARK: Columns of the row, from 0 on

  func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, CInt(column)) == SQLITE_NULL }
  func integer(_ column: Int) -> Int64 { sqlite3_column_int64(handle, CInt(column)) }
  func real(_ column: Int) -> Double { sqlite3_column_double(handle, CInt(column)) }
  func optionalInteger(_ column: Int) -> Int64? { isNull(column) ? nil : integer(column) }
  func figure(_ column: Int) -> UInt64 { UInt64(bitPattern: integer(column)) }
  func optionalFigure(_ column: Int) -> UInt64? { isNull(column) ? nil : figure(column) }
  func optionalText(_ column: Int) -> String? { isNull(column) ? nil : text(column) }

  func text(_ column: Int) -> String { String(decoding: bytes(column), as: UTF8.self) }

  func bytes(_ column: Int) -> [UInt8] {
    // Valid until the next call for this row; as many bytes as it says.
    guard let start = sqlite3_column_blob(handle, CInt(column)) else { return [] }
    return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, CInt(column)))))
  }
}
