import Testing

@testable import ExecTopApp
@testable import ExecTopCounting
@testable import ExecTopRecords
@testable import ExecTopScreen
@testable import ExecTopTable
@testable import ExecTopText
@testable import ExecTopTrace

@Suite("Records of what processes use")
struct UsesRecordTests {
  private typealias Row = UsesSaid.Row

  private func tally() -> Tally {
    var snapshots = Snapshots()
    var tally = Tally(began: 0, countsFromZero: true)
    tally.apply(snapshots.at(2, ["/a": 9], uses: UsesSaid([Row(path: "/a", ended: 20)], busy: 100)))
    tally.apply(
      snapshots.at(
        3, ["/a": 14],
        uses: UsesSaid(
          [
            Row(
              path: "/a", ended: 120, running: 1, runningCPU: 30,
              endings: [(0, 9, 2), (2 << 8, 1, 2), (9, 2, 2), (11 | 0x80, 1, 2), (-1, 0, -1)], majorFaults: 3,
              resident: 4096), Row(path: "/b", running: 2, runningCPU: 40),
          ], others: [(.kernelThreads, 15), (.withoutPath, 4), (.withoutSlot, 1)], busy: 330)))
    return tally
  }

  private func record(_ tally: Tally, mode: Mode = .attempts, query: Query = Query(sort: .cpu)) -> Record {
    var decisions = Decisions()
    return Record(
      time: WallTime(milliseconds: 0), mode: mode, tally: tally, query: query, decisions: &decisions, limit: nil,
      isUnicode: true)
  }

  @Test("json: seconds to the nanosecond, ends by status and signal, the totals with all kinds")
  func json() {
    let json = record(tally()).json
    #expect(
      json.contains(
        #""under_way":null,"cpu":0.21,"cpu_rate":0.19,"cpu_kernel":0.015,"#
          + #""cpu_unattributed":{"no_path":0.004,"no_slot":0.001,"map_full":0.0},"cpu_machine":0.33,"cpu_interrupts":0.0,"cpu_steal":0.0,"cpu_unread":0,"#
          + #""running":3,"ended":13},"rows":["#
      ))
    #expect(
      json.contains(
        #""last_seen":3.0,"cpu":0.15,"major_faults":3,"resident":4096,"cpu_rate":0.13,"running":1,"ended":13,"#
          + #""exits":{"0":9,"SIGKILL":2,"SIGSEGV+core":1,"2":1},"#
          + #""wall":{"mean":0.002,"p50":0.001835,"p99":0.002,"max":0.002},"avoidable":0},"#))
    #expect(
      json.contains(
        #"{"path":"/b","count":0,"delta":0,"rate":0.0,"failed":0,"errors":{},"peak":0.0,"first_seen":null,"#
          + #""last_seen":null,"cpu":0.04,"major_faults":0,"resident":null,"cpu_rate":0.04,"running":2,"ended":0,"#
          + #""exits":{},"wall":null,"avoidable":0}"#))
  }

  @Test("the sum of the rows, the kernel's and what is in none is the total")
  func sum() {
    let tally = tally()
    let totals = tally.uses?.totals
    let rows = tally.rows.reduce(0) { $0 + (tally.uses?.cpu(of: $1) ?? 0) }
    #expect(totals.map { $0.cpu.programs } == rows)
    #expect(totals?.cpu.sum == rows + 20_000_000)
  }

  @Test("csv: several figures in a field are NAME=FIGURE, parted by blanks")
  func csv() {
    let lines = record(tally()).csv.split(separator: "\r\n").map(String.init)
    #expect(
      lines[0].hasSuffix(
        ",0.210000000,,,0.190000,3,13,,,,2,"
          + "unreadable=0 map_full=0 missed=0 refused_late=0 missed_at_entry=0,0,"
          + "0.015000000,no_path=0.004000000 no_slot=0.001000000 map_full=0.000000000,0.330000000"))
    #expect(
      lines[1].hasSuffix(
        ",0.150000000,3,4096,0.130000,1,13,0=9 SIGKILL=2 SIGSEGV+core=1 2=1,"
          + "mean=0.002000 p50=0.001835 p99=0.002000 max=0.002000,0,,,,,,"))
    #expect(lines[2].hasSuffix(",0.040000000,0,,0.040000,2,0,,,0,,,,,,"))
    let counts = (Record.csvHeader().split(separator: "\r\n").map(String.init) + lines).map { $0.count { $0 == "," } }
    #expect(Set(counts).count == 1)
  }

  @Test("text: the columns, and the CPU audit in the first line")
  func text() {
    #expect(
      record(tally()).text == """
        1970-01-01T00:00:00.000Z  execs 14  rate 5.0/s  failed 0  paths 2  every exec accounted for  \
        cpu 23% of 200%: programs 17, kernel 1.5, no_path 0.4, no_slot 0.1, rest 4.0
           CPU%     TIME+   RUNS    RATE/S      COUNT    FAILED    AVOID   EXIT≠0    PEAK/S   LAST PATH
           13.0   0:00.15      1       5.0         14         0        0        4       5.0    now /a
            4.0   0:00.04      2       0.0          0         0        0        0       0.0      – /b


        """)
  }

  @Test(
    "where nothing is known of processes text has no columns for them, json null and csv nothing",
    arguments: [Mode.light, .tutorial, .map])
  func unknown(mode: Mode) {
    var snapshots = Snapshots()
    var tally = Tally(began: 0, countsFromZero: true)
    tally.apply(snapshots.at(1, ["/a": 9]))
    let record = record(tally, mode: mode, query: Query())
    #expect(!record.text.contains("CPU%") && !record.text.contains("cpu"))
    for name in ["cpu", "cpu_rate", "running", "ended", "exits", "wall", "major_faults", "resident", "avoidable"] {
      #expect(record.json.contains("\"\(name)\":null"))
    }
    #expect(record.csv.contains(",1.000,1.000,,,,,,,,,,,,,,,\r\n"))
  }

  @Test("a row has changed, too, if its processes used CPU time")
  func changed() {
    var snapshots = Snapshots()
    var tally = Tally(began: 0, countsFromZero: true)
    func sample(_ time: Seconds, _ cpu: UInt64) -> [Path] {
      tally.apply(
        snapshots.at(
          time, ["/a": 1, "/b": 1],
          uses: UsesSaid([Row(path: "/a", running: 1, runningCPU: cpu), Row(path: "/c", ended: 7)])))
      return record(tally, query: Query(sort: .path, isOnlyChanged: true)).paths.map { tally.path(of: $0) }
    }
    #expect(sample(1, 5) == ["/a", "/b", "/c"].map { Path($0) })
    #expect(sample(2, 6) == [Path("/a")])
    #expect(sample(3, 6) == [])
  }

  @Test("rows stand by what is asked for")
  func sorted() {
    let tally = tally()
    for (sort, first) in [(Column.cpu, "/a"), (.time, "/a"), (.running, "/b"), (.exits, "/a")] {
      let rows = record(tally, query: Query(sort: sort)).paths
      #expect(rows.first.map { tally.path(of: $0) } == Path(first), "\(sort)")
    }
  }
}

@Suite("CPU time and short times as text")
struct CPUTimeFormatTests {
  @Test(
    "CPU time as in htop, never more than there is",
    arguments: [
      (0, "0:00.00"), (0.019, "0:00.01"), (9.99, "0:09.99"), (83.45, "1:23.45"), (83.459, "1:23.45"),
      (3599.99, "59:59.99"), (3599.999, "59:59.99"), (3600, "1h00m"), (43_399, "12h03m"), (359_999, "99h59m"),
      (360_000, "4d04h"), (1_047_600, "12d03h"), (863_999_999, "9999d23h"), (864_000_000, "10,000d"),
    ] as [(Seconds, String)])
  func cpuTime(seconds: Seconds, text: String) {
    #expect(Format.cpuTime(seconds) == text)
  }

  @Test("it never takes more than eight cells", arguments: [0, 359_999, 8.64e8, 1e12, 1e18, 1e30, .infinity])
  func cpuTimeWidth(seconds: Seconds) {
    #expect(Format.cpuTime(seconds).count <= 8)
  }

  @Test("hundredths of exact nanoseconds are the right ones")
  func hundredths() {
    for hundredth in 0..<10_000 {
      let text = Format.cpuTime(Seconds(UInt64(hundredth) * 10_000_000) / 1e9)
      let digits = "\(hundredth % 100)"
      #expect(text.hasSuffix("." + (digits.count < 2 ? "0" : "") + digits))
    }
  }

  @Test("what is not known is a dash, and nothing is below zero")
  func unknown() {
    #expect(Format.cpuTime(nil) == "–" && Format.cpuTime(.nan) == "–" && Format.cpuTime(-1) == "0:00.00")
    #expect(Format.duration(nil) == "–" && Format.duration(.nan) == "–" && Format.duration(-1) == "0.0 µs")
  }

  @Test(
    "a short time has the unit that fits",
    arguments: [
      (0.000_002_14, "2.1 µs"), (0.000_085, "85 µs"), (0.000_999_4, "999 µs"), (0.000_999_6, "1.0 ms"),
      (0.003_14, "3.1 ms"), (0.0996, "100 ms"), (0.999_4, "999 ms"), (1, "1.0 s"), (9.96, "10 s"), (59.9, "60 s"),
      (60, "1m 00s"), (4000, "1h 06m"),
    ] as [(Seconds, String)])
  func duration(seconds: Seconds, text: String) {
    #expect(Format.duration(seconds) == text)
  }
}
