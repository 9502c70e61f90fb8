import ExecTopCounting
import ExecTopTable
import ExecTopText

extension Record {
  /// Single execs and ends, and how many could not be told since counting began.
  ///
  /// The members' names, `recent` and `recent_lost`, are what records have had from the beginning.
  func eventMembers(_ events: ExecEvents) -> [(String, JSON)] {
    let launches = tally.uses.map { LaunchIndex($0.launchKeys) }
    return [
      ("recent", .array(events.events.map { event($0, launches) })), ("recent_lost", .count(events.lost)),
    ]
  }

  private func event(_ event: ExecEvent, _ launches: LaunchIndex?) -> JSON {
    var members: [(String, JSON)] = [
      // On the clock of `elapsed`.
      ("at", .number(event.time - tally.began, decimals: 6)),
      ("pid", .count(UInt64(clamping: event.process.id))),
    ]
    switch event.what {
    case .ran: members.append(("event", .string("ran")))
    case .failed(let error): members += [("event", .string("failed")), ("errno", .string(ErrorName.of(error)))]
    case .ended(let status): members += [("event", .string("ended")), ("exit", .string(ExitName.of(status)))]
    case .replaced: members.append(("event", .string("replaced")))
    }
    guard let path = event.path else { return .object(members) }
    members += [
      ("path", safe(path.bytes)),
      ("launcher", launches?.launcher(of: event)?.path.map { safe(tally.path(of: $0).bytes) } ?? .null),
      ("user", .string(tally.uses?.names.users[event.user] ?? String(event.user))),
      ("directory", event.directory.isCut ? .null : safe(event.directory.path)),
      ("arguments", .array(event.arguments.list.map(safe))),
    ]
    if event.arguments.isCut { members.append(("arguments_cut", .bool(true))) }
    if let interpreter = event.interpreter { members.append(("interpreter", safe(interpreter.bytes))) }
    return .object(members)
  }

  private func safe(_ bytes: [UInt8]) -> JSON { .string(SafeText(bytes).string) }
}
