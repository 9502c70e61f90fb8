import ExecTopCounting
import ExecTopText
import FoundationEssentials

/// The columns there are, in the order in which they stand on the screen.
public struct ColumnTable: Sendable {
  public let columns: [Column]

  /// As a terminal gets wider, columns appear in this order.
  package let byUse: [Column]
  /// Those that have a field, in the order in which records have them.
  public let recorded: [Column]
  /// Those that hold a figure, in the same order.
  package let figures: [Column]

  init(_ columns: [Column]) {
    self.columns = columns
    byUse = columns.filter { $0.width != nil }.sorted { $0.use < $1.use }
    let inOrder = columns.sorted { $0.recordPlace < $1.recordPlace }
    recorded = inOrder.filter { !$0.fields.isEmpty }
    figures = inOrder.filter(\.content.isFigure)
  }

  /// Those by which rows can be sorted.
  public var sortable: [Column] { columns.filter { $0.order != nil } }

  /// Those that records of a view have, and the fields of each row.
  package func recorded(in view: View) -> [Column] {
    recorded.filter { column in column.content.view.map { $0 == view } ?? true }
  }

  package func fields(in view: View) -> [Field] {
    recorded(in: view).flatMap(\.fields).filter { view == .path ? $0.value != nil : $0.launched != nil }
  }

  /// What rows of a view are called.
  package func name(in view: View) -> Column? { columns.first { $0.content.view == view } }

  public func column(named name: String) -> Column? { columns.first { $0.name == name } }

  /// The column by which rows can be sorted under this name.
  public func sortable(named name: String) -> Column? { sortable.first { $0.name == name } }

  public static let standard = ColumnTable([
    .cpu, .time, .running, .rate, .trend, .count, .share, .failed, .avoidable, .exits, .peak, .last, .launch, .user,
    .unit, .path,
  ])
}

extension Column {
  public static let cpu = Column(
    "cpu", title: "CPU%",
    meaning: "CPU time that processes used over the last interval, those that ended too, in percent of one CPU",
    key: "P",
    sortHelp: "CPU time over the last interval, as in top", width: 6, use: 1, needs: .uses, unit: "%",
    combining: .sum,
    content: .figure(.faintZero) { value, cell in
      Format.rate(value.number.map { $0 * 100 }, width: cell.width)
    }, recordPlace: 8,
    fields: [
      Field("cpu_rate") { row in
        FieldValue(Column.perSecond(row.sums.came(.cpu), row.tally).map { $0 / 1e9 }, decimals: 6)
      } value: { tally, id, _ in
        FieldValue(tally.uses?.cpuRate(of: id), decimals: 6)
      }
    ]
  ) { tally, sums in
    Value(Column.perSecond(sums.came(.cpu), tally).map { $0 / 1e9 })
  } value: { tally, id in
    Value(tally.uses?.cpuRate(of: id))
  }

  public static let time = Column(
    "time", title: "TIME+", meaning: "CPU time since counting began, or since a reset", width: 8, use: 4, needs: .uses,
    combining: .sum,
    content: .figure(.faintZero) { value, _ in Format.cpuTime(value.number) }, recordPlace: 7,
    fields: [
      Field("cpu") { row in
        FieldValue(nanoseconds: row.sums[.cpu])
      } value: { tally, id, _ in
        FieldValue(nanoseconds: tally.uses?.cpu(of: id))
      },
      Field("major_faults") { row in
        .count(row.sums[.majorFaults])
      } value: { tally, id, _ in
        FieldValue(tally.uses?.majorFaults(of: id))
      },
      Field("resident") { row in
        row.sums[.resident] == 0 ? .unknown : .count(row.sums[.resident])
      } value: { tally, id, _ in
        FieldValue(tally.uses?.resident(of: id))
      },
    ]
  ) { _, sums in
    .number(Seconds(sums[.cpu]) / 1e9)
  } value: { tally, id in
    Value(tally.uses.map { Seconds($0.cpu(of: id)) / 1e9 })
  }

  public static let running = Column(
    "running", title: "RUNS", meaning: "processes that run it now", width: 5, use: 6, isExtra: true, needs: .uses,
    combining: .sum, content: .figure(.faintZero, Column.wholeNumber), recordPlace: 9
  ) { _, sums in
    .count(sums[.running])
  } value: { tally, id in
    Value(tally.uses?.running(of: id))
  }

  public static let exits = Column(
    "exits", title: "EXIT≠0",
    meaning: "processes that ended with another status than 0, or by a signal, since counting began, or since a reset",
    width: 7, use: 7, isExtra: true, needs: .uses, combining: .sum,
    content: .figure(.failures { _, _ in true }, Column.wholeNumber), recordPlace: 10,
    fields: [
      Field("ended") { tally, id, _ in FieldValue(tally.uses?.ended(of: id)) },
      Field("exits") { tally, id, _ in
        tally.uses.map { .counts($0.exits(of: id).map { (ExitName.of($0.status), $0.count) }) } ?? .unknown
      },
      Field("wall") { tally, id, _ in tally.uses?.wall(of: id).map(FieldValue.init) ?? .unknown },
      Field("ended_with_error", launched: { .count($0.sums[.errors]) }, value: nil),
    ]
  ) { _, sums in
    .count(sums[.errors])
  } value: { tally, id in
    Value(tally.uses?.endedWithError(of: id))
  }

  public static let rate = Column(
    "rate", title: "RATE/S", meaning: "execs per second over the last interval", key: "r",
    sortHelp: "rate: execs per second over the last interval", width: 8, use: 0, unit: "/s", combining: .sum,
    content: .figure(.faintZero) { value, cell in Format.rate(value.number, width: cell.width) }, recordPlace: 3,
    fields: [
      Field("delta") { row in
        FieldValue(row.sums.delta)
      } value: { tally, id, _ in
        FieldValue(tally.delta(of: id))
      },
      Field("rate") { row in
        FieldValue(Column.perSecond(row.sums.delta, row.tally))
      } value: { tally, id, _ in
        FieldValue(tally.rate(of: id))
      },
    ]
  ) { tally, sums in
    Value(Column.perSecond(sums.delta, tally))
  } value: { tally, id in
    Value(tally.rate(of: id))
  }

  public static let trend = Column(
    "trend", title: "LAST MINUTE",
    meaning: "bars for the last 60 seconds, scaled to the row's own maximum, or to that of all rows shown (s)",
    order: nil, width: 12, use: 8, isExtra: true, combining: .highest, content: .trend, recordPlace: 0, fields: []
  ) { _, sums in
    Value(sums.lastSeen)
  } value: { tally, id in
    Value(tally.lastSeen(id))
  }

  public static let count = Column(
    "count", title: "COUNT", meaning: "execs since counting began, or since a reset", key: "c",
    sortHelp: "count: execs since counting began, or since a reset", width: 9, use: 2, combining: .sum,
    content: .figure(.plain, Column.wholeNumber), recordPlace: 1
  ) { _, sums in
    .count(sums.count)
  } value: { tally, id in
    .count(tally.count(of: id))
  }

  public static let share = Column(
    "share", title: "SHARE", meaning: "the part of all execs", order: nil, width: 6, use: 11, isExtra: true,
    combining: .sum,
    content: .figure(.plain) { value, cell in
      guard case .count(let count) = value else { return Format.unknown }
      return Format.share(count, of: cell.whole)
    }, recordPlace: 2, fields: []
  ) { _, sums in
    .count(sums.count)
  } value: { tally, id in
    .count(tally.count(of: id))
  }

  public static let failed = Column(
    "failed", title: "FAILED",
    meaning: "execs that the kernel refused; yellow if each time the path was not found, as in a search of PATH",
    key: "x", sortHelp: "failed execs", width: 8, use: 3, needs: .failures, combining: .sum,
    content: .figure(.failures { $0.failsOtherwise($1) }, Column.wholeNumber), recordPlace: 4,
    fields: [
      Field("failed") { row in
        .count(row.sums[.failed])
      } value: { tally, id, _ in
        FieldValue(tally.failed(of: id))
      },
      Field("errors") { tally, id, _ in
        tally.errors(of: id).map { .counts($0.map { (ErrorName.of($0.error), $0.count) }) } ?? .unknown
      },
    ]
  ) { _, sums in
    .count(sums[.failed])
  } value: { tally, id in
    Value(tally.failed(of: id))
  }

  public static let peak = Column(
    "peak", title: "PEAK/S", meaning: "the highest rate so far", key: "m", sortHelp: "the highest rate so far",
    width: 8, use: 10, isExtra: true, unit: "/s",
    // Paths peak at different times.
    combining: .unknown, content: .figure(.plain) { value, cell in Format.rate(value.number, width: cell.width) },
    recordPlace: 5
  ) { tally, id in Value(tally.peak(of: id)) }

  public static let last = Column(
    "last", title: "LAST", meaning: "how long ago the path was last run", key: "l",
    sortHelp: "when the path was last run", width: 5, use: 5, combining: .highest,
    content: .figure(.plain) { value, cell in Format.age(value.number.map { cell.now - $0 }) }, recordPlace: 6,
    fields: [
      // On the clock of `elapsed`.
      Field("first_seen") { tally, id, _ in FieldValue(tally.firstSeen(id).map { $0 - tally.began }) },
      Field("last_seen") { row in
        FieldValue(row.sums.lastSeen.map { $0 - row.tally.began })
      } value: { tally, id, _ in
        FieldValue(tally.lastSeen(id).map { $0 - tally.began })
      },
    ]
  ) { _, sums in
    Value(sums.lastSeen)
  } value: { tally, id in
    Value(tally.lastSeen(id))
  }

  public static let avoidable = Column(
    "avoidable", title: "AVOID",
    meaning: "failed execs of the same name in the same process just before: a search of PATH that a full path avoids",
    width: 7, use: 9, isExtra: true, needs: .uses, combining: .sum,
    content: .figure(.faintZero, Column.wholeNumber), recordPlace: 11
  ) { _, sums in
    .count(sums[.searches])
  } value: { tally, id in
    Value(tally.uses?.searches(of: id))
  }

  public static let launch = Column.naming(
    .launches, "launch", title: "LAUNCH",
    meaning:
      "the program that was launched, below the one that launched it; the figures are those of all below it, too",
    fields: [
      Field("launch", launched: { row in .texts(row.chain.map { row.safe($0).string }) }, value: nil),
      Field(
        "launch_base64", isOptional: true,
        launched: { row in
          let chain = row.chain
          return chain.allSatisfy { row.safe($0).isFaithful }
            ? .unknown : .texts(chain.map { Data($0.bytes).base64EncodedString() })
        }, value: nil),
    ] + Column.path.fields)

  public static let user = Column.naming(
    .user, "user", title: "USER",
    meaning: "the user who runs it, as the host knows that one; the number without a name",
    fields: [
      Field("user", launched: { row in row.name.map { .text($0.string) } ?? .unknown }, value: nil),
      Field(
        "uid", launched: { row in if case .user(.user(let id)) = row.id { .count(UInt64(id)) } else { .unknown } },
        value: nil),
    ])

  public static let unit = Column.naming(
    .unit, "unit", title: "UNIT",
    meaning: "the systemd unit, container (with its runtime) or pod that it runs in, or the path of the control group",
    fields: [Field("unit", launched: { row in row.name.map { .text($0.string) } ?? .unknown }, value: nil)])

  public static let path = Column(
    "path", title: "PATH", meaning: "the path as the caller gave it; + if first seen within the last 5 seconds",
    key: "n", sortHelp: "path, or what else a row is called", order: .name, width: nil, use: 0, combining: .unknown,
    content: .name(.path), recordPlace: 0,
    fields: [
      Field("path") { row in
        row.name.map { .text($0.string) } ?? .unknown
      } value: { tally, id, naming in
        .text(naming.name(of: id, in: tally).string)
      },
      Field("path_base64", isOptional: true) { row in
        row.name.map { $0.isFaithful ? .unknown : .text(Data(row.rowName.bytes).base64EncodedString()) } ?? .unknown
      } value: { tally, id, naming in
        naming.name(of: id, in: tally).isFaithful
          ? .unknown : .text(Data(tally.path(of: id).bytes).base64EncodedString())
      },
      Field("truncated", isOptional: true) { row in
        .flag(row.rowName.isCut)
      } value: { tally, id, _ in
        .flag(tally.path(of: id).isCut)
      },
      Field("undecided", isOptional: true) { row in
        .flag(row.path.map { row.naming.decisions.isUndecided($0) } ?? false)
      } value: { _, id, naming in
        .flag(naming.decisions.isUndecided(id))
      },
      Field("other", isOptional: true) { row in
        .flag(row.path == .other)
      } value: { _, id, _ in
        .flag(id == .other)
      },
    ]
  ) { _, _ in .unknown }

  /// What the rows of a view are called. Whatever they are, `path` sorts by it.
  private static func naming(
    _ view: View, _ name: String, title: String, meaning: String, fields: [Field]
  ) -> Column {
    Column(
      name, title: title, meaning: meaning, order: nil, width: nil, use: 0, combining: .unknown,
      content: .name(view), recordPlace: 0, fields: fields
    ) { _, _ in .unknown }
  }

  /// What came over the last interval, a second. Nil where that is not known.
  fileprivate static func perSecond(_ came: UInt64?, _ tally: Tally) -> Double? {
    guard let came, let interval = tally.interval else { return nil }
    return Double(came) / interval
  }

  /// A whole number with its digits in groups.
  private static let wholeNumber: @Sendable (Value, CellContext) -> String = { value, cell in
    guard case .count(let count) = value else { return Format.unknown }
    return Format.count(count, width: cell.width)
  }
}

extension FieldValue {
  fileprivate init(_ wall: WallTimes) {
    self = .numbers(
      [
        ("mean", wall.mean), ("p50", wall.quantile(0.5)), ("p99", wall.quantile(0.99)), ("max", wall.longest),
      ], decimals: 6)
  }
}
