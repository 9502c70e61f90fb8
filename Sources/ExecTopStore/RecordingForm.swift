import Glibc

extension Database {
  /// Nothing has been written into it, by whomever.
  var isEmpty: Bool {
    get throws(StoreError) {
      let tables = try number("SELECT count(*) FROM sqlite_master")
      let application = try number("PRAGMA application_id")
      let version = try number("PRAGMA user_version")
      return tables == 0 && application == 0 && version == 0
    }
  }

  /// Throws unless it is a recording in the form that this exectop knows.
  func checkForm() throws(StoreError) {
    guard try number("PRAGMA application_id") == Schema.application else {
      throw StoreError("read", file, reason: StoreError.noRecording)
    }
    let version = try number("PRAGMA user_version")
    guard version <= Schema.version else {
      throw StoreError(
        "read", file, reason: "a newer exectop has written it (form \(version), this one knows \(Schema.version))")
    }
    guard version >= 1 else { throw StoreError("read", file, reason: StoreError.noRecording) }
  }
}
