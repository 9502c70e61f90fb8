import Foundation
import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopTable
@testable import ExecTopText

/// Records by launch, user and unit.
@Suite("Records of launches")
struct LaunchRecordTests {
  private static let before = [
    LaunchSaid("/init /cron /bin/sh", user: 1000, group: 2, execs: 4, cpu: 100),
    LaunchSaid("/init /nginx", user: 33, group: 3, execs: 1),
  ]
  private static let after = [
    LaunchSaid("/init /cron /bin/sh", user: 1000, group: 2, execs: 9, failed: 2, searches: 1, cpu: 250, errors: 3),
    LaunchSaid("/init /nginx", user: 33, group: 3, execs: 2, cpu: 8, running: 2),
    LaunchSaid("/init /cron /bin/sh /gzip", user: 1000, group: 99, execs: 5, cpu: 60),
  ]

  private func record(
    _ tally: Tally? = nil, by view: View, sort: Column = .count, filter: Filter? = nil, limit: Int? = nil,
    isUnicode: Bool = true
  ) -> Record {
    var decisions = Decisions()
    return Record(
      time: WallTime(milliseconds: 0), mode: .attempts, tally: tally ?? .of(launches: Self.before, Self.after),
      query: Query(view: view, sort: sort, filter: filter), decisions: &decisions, limit: limit, isUnicode: isUnicode)
  }

  private func rows(_ record: Record) throws -> [[String: Any]] {
    let object = try JSONSerialization.jsonObject(with: Data(record.json.utf8)) as? [String: Any]
    return try #require(object?["rows"] as? [[String: Any]])
  }

  // MARK: json

  @Test("a launch has its whole chain and its own figures, so that rows add up")
  func launches() throws {
    let record = record(by: .launches)
    #expect(record.json.hasPrefix(#"{"schema":"exectop/1","time":"1970-01-01T00:00:00.000Z","elapsed":2.0,"#))
    #expect(record.json.contains(#""mode":"attempts","by":"launches","totals":{"execs":18,"#))
    #expect(
      record.json.contains(
        #"{"launch":["/init","/cron","/bin/sh"],"path":"/bin/sh","count":11,"delta":7,"rate":7.0,"failed":2,"#
          + #""last_seen":2.0,"cpu":0.25,"major_faults":0,"resident":null,"cpu_rate":0.15,"running":0,"#
          + #""ended_with_error":3,"avoidable":1}"#))
    let rows = try rows(record)
    #expect(rows.compactMap { ($0["launch"] as? [String])?.last } == ["/bin/sh", "/gzip", "/nginx"])
    #expect(rows.compactMap { $0["count"] as? Int }.reduce(0, +) == 18)
    #expect(rows.compactMap { $0["running"] as? Int }.reduce(0, +) == 2)
  }

  @Test("a user has a name and a number, a unit its name; what is not known is null")
  func others() throws {
    var snapshots = Snapshots()
    var tally = Tally(began: 0, countsFromZero: true)
    let said =
      Self.after + [
        LaunchSaid("/odd", user: Launch.unknownUser, group: 0, execs: 1), LaunchSaid("/n", user: 77, execs: 1),
      ]
    tally.apply(snapshots.at(1, launches: said, others: [(.kernelThreads, 40)]))
    let users = try rows(record(tally, by: .user))
    #expect(users.map { $0["user"] as? String } == ["anna", "www-data", "77", nil, "(kernel)"])
    #expect(users.map { $0["uid"] as? Int } == [1000, 33, 77, nil, nil])
    #expect(users.allSatisfy { $0.keys.contains("uid") && !$0.keys.contains("path") })
    let units = try rows(record(tally, by: .unit))
    #expect(
      units.map { $0["unit"] as? String }
        == ["cron.service", "cgroup 99 (gone)", "nginx.service", "init.scope", nil, "(kernel)"])
  }

  @Test("a record by path is as before, but for what is avoidable")
  func byPath() throws {
    let rows = try rows(record(by: .path))
    #expect(rows.compactMap { $0["path"] as? String } == ["/bin/sh", "/gzip", "/nginx"])
    #expect(rows.map { $0["avoidable"] as? Int } == [1, 0, 0])
    #expect(!record(by: .path).json.contains(#""by""#))
    #expect(rows.allSatisfy { $0.keys.contains("exits") && !$0.keys.contains("ended_with_error") })
  }

  @Test("by path with words of who runs it, a row has the fields of a path, null where that is not known")
  func filtered() throws {
    let rows = try rows(record(by: .path, filter: try Filter("by:cron user:anna")))
    #expect(rows.compactMap { $0["path"] as? String } == ["/bin/sh", "/gzip"])
    #expect(rows.map { $0["count"] as? Int } == [11, 5] && rows.map { $0["failed"] as? Int } == [2, 0])
    let fields = try Set(self.rows(record(by: .path))[0].keys)
    #expect(rows.allSatisfy { Set($0.keys) == fields && $0["exits"] is NSNull && $0["peak"] is NSNull })
  }

  @Test("bytes that do not print are escaped in the chain, and beside it as they are")
  func hostile() throws {
    let path = Path([0x2f, 0x1b, 0xff])
    let tally = Tally.of(launches: [LaunchSaid(paths: [Path("/a;b c"), path], execs: 1)])
    let row = try #require(try rows(record(tally, by: .launches)).first)
    #expect(row["launch"] as? [String] == ["/a;b c", "/\\x1b\\xff"])
    #expect(
      row["launch_base64"] as? [String] == [Data("/a;b c".utf8), Data(path.bytes)].map { $0.base64EncodedString() })
    #expect(row["path_base64"] as? String == Data(path.bytes).base64EncodedString())
    let line = record(tally, by: .launches).csv.split(separator: "\r\n")[1]
    #expect(line.contains(",launch,/a\\x3bb c;/\\x1b\\xff,"))
  }

  @Test("where nobody knows who runs anything there are no such rows", arguments: [View.launches, .user, .unit])
  func unknown(view: View) throws {
    #expect(try rows(record(.of(["/a": 1]), by: view)).isEmpty)
  }

  // MARK: csv and text

  @Test(
    "csv has the columns of the view, and as many in each line",
    arguments: [
      (
        View.launches, "launch,launch_base64,path,path_base64,truncated,undecided,other,", "launch,/init;/cron;/bin/sh,"
      ),
      (.user, "user,uid,", "user,anna,1000,"), (.unit, "unit,", "unit,cron.service,"),
    ])
  func csv(view: View, header: String, row: String) {
    let head = Record.csvHeader(by: view)
    #expect(head.hasPrefix("time,elapsed,interval,mode,row,\(header)count,delta,rate,failed,last_seen,cpu,"))
    #expect(
      head.hasSuffix(
        ",ended_with_error,avoidable,paths,unattributed,unaccounted,cpu_kernel,cpu_unattributed,cpu_machine\r\n"))
    let lines = record(by: view).csv.split(separator: "\r\n")
    #expect(lines[0].contains(",totals,") && lines[1].contains(",attempts,\(row)"))
    #expect(Set((lines + [head.dropLast(2)]).map { $0.count { $0 == "," } }).count == 1)
  }

  @Test("text has the chain, and no column of what is known of paths alone")
  func text() {
    let lines = record(by: .launches).text.split(separator: "\n")
    #expect(lines[1].hasSuffix(" LAUNCH") && !lines[1].contains("PEAK"))
    #expect(lines[2].hasSuffix(" /init › /cron › /bin/sh") && lines.count == 5)
    #expect(
      record(by: .launches, isUnicode: false).text.split(separator: "\n")[2].hasSuffix(" /init > /cron > /bin/sh"))
    #expect(record(by: .unit, limit: 1).text.split(separator: "\n").count == 3)
  }

  // MARK: Folded stacks

  /// As inferno reads a line: the number behind the last blank, and the frames before it, parted by `;`. Lines of one stack
  /// are added up.
  private func parsed(_ folded: String) throws -> [[String]: UInt64] {
    var stacks: [[String]: UInt64] = [:]
    for line in folded.split(separator: "\n") {
      let blank = try #require(line.lastIndex(of: " "))
      let number = try #require(UInt64(line[line.index(after: blank)...]))
      stacks[line[..<blank].split(separator: ";", omittingEmptySubsequences: false).map(String.init), default: 0] +=
        number
    }
    return stacks
  }

  @Test(
    "folded stacks have what came over the interval, by what is sorted by",
    arguments: [
      (Column.rate, [7, 1, 5]), (.count, [7, 1, 5]), (.cpu, [150_000_000, 8_000_000, 60_000_000]),
      (.time, [150_000_000, 8_000_000, 60_000_000]), (.failed, [2, nil, nil]), (.avoidable, [1, nil, nil]),
      (.exits, [3, nil, nil]),
    ] as [(Column, [UInt64?])])
  func folded(sort: Column, came: [UInt64?]) throws {
    let stacks = try parsed(record(by: .launches, sort: sort).folded)
    #expect(stacks[["/init", "/cron", "/bin/sh"]] == came[0])
    #expect(stacks[["/init", "/nginx"]] == came[1])
    #expect(stacks[["/init", "/cron", "/bin/sh", "/gzip"]] == came[2])
    #expect(stacks.count == came.count { $0 != nil })
    #expect(Record.foldedSorts.contains(sort))
  }

  @Test("the lines of several records add up to all execs")
  func foldedSum() throws {
    var snapshots = Snapshots()
    var tally = Tally(began: 0, countsFromZero: true)
    var text = ""
    for (index, launches) in [Self.before, Self.after, Self.after, Self.before + [LaunchSaid("/x", execs: 3)]]
      .enumerated()
    {
      tally.apply(snapshots.at(Seconds(index + 1), launches: launches))
      text += record(tally, by: .launches).folded
    }
    // What fell in the last sample is not known, and so in no line.
    #expect(try parsed(text).values.reduce(0, +) == 18 + 3)
    #expect(try parsed(text)[["/init", "/cron", "/bin/sh"]] == 11)
  }

  @Test("no name can end a frame, a stack or a line")
  func foldedHostile() throws {
    let names = ["/a;b", "/c d 7", "/e\nf 8", "/\u{1b}[31m", "", ";", " ", "/g\\x3bh", "/a 1"]
    let chain = names.map { Path($0) }
    let folded = record(.of(launches: [LaunchSaid(paths: chain, execs: 6)]), by: .launches).folded
    #expect(folded.count { $0 == "\n" } == 1 && !folded.contains("\u{1b}"))
    let stacks = try parsed(folded)
    #expect(
      stacks == [
        [
          "/a\\x3bb", "/c\\x20d\\x207", "/e\\x0af\\x208", "/\\x1b[31m", "(empty)", "\\x3b", "\\x20", "/g\\x5cx3bh",
          "/a\\x201",
        ]: 6
      ])
    #expect(Set(stacks.keys.first ?? []).count == names.count)
  }
}
