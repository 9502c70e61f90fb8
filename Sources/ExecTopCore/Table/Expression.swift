import CPCRE2
import ExecTopCounting
import ExecTopText

/// A regular expression over bytes, by PCRE2, that cannot take longer than it is allowed.
///
/// Bytes, not UTF-8: a path is bytes, and what shows as `\xff` is found by typing `\xff`. In UTF mode nothing, not even a
/// dot, would match a byte that is no valid UTF-8, so whoever put one into a path would hide it from `~^/tmp/.*x`. For
/// the same reason a newline is a byte like any other: the dot matches it, and `$` is the end alone.
///
/// The price is that a character beyond ASCII is several bytes to a dot or a class.
///
/// The interpreter, not PCRE2's just-in-time compiler: the limits and callouts below hold exactly in it alone.
final class Expression: @unchecked Sendable {
  // Invariant: the compiled expression is ours alone, never changed after `init`, and freed in `deinit`, when nobody can
  // use it any more. Any number of threads may match with one (pcre2api(3), "Multithreading"); what a match writes to
  // is made for that match.
  private let code: OpaquePointer
  /// What a step costs at least. Each can copy a frame, and these grow with the groups that are captured. And a group
  /// that is to be found so many times is compiled to as many copies, one in the other, of which a step may leave all.
  private let stepPrice: Int

  /// Groups in groups. A compiler that calls itself for each would otherwise use up the stack.
  private static let nestLimit: UInt32 = 100
  /// Memory of one match in KiB, and frames in it. Each depth takes a frame of some 130 bytes.
  private static let heapLimit: UInt32 = 256
  private static let depthLimit: UInt32 = 1 << 16
  /// Bytes to which a byte of an expression compiles, at most, where nothing is copied.
  private static let plainSize = 16

  /// - Throws: `ExpressionError` for a text that is no regular expression, or one that compiles to too much.
  init(_ text: String) throws(ExpressionError) {
    let pattern = Array(text.utf8) + [0]
    guard let context = pcre2_compile_context_create_8(nil) else { throw ExpressionError.noMemory }
    defer { pcre2_compile_context_free_8(context) }
    pcre2_set_parens_nest_limit_8(context, Expression.nestLimit)
    pcre2_set_max_pattern_length_8(context, Filter.textLimit)
    pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_LF))
    // AUTO_CALLOUT: a call of ours before each item of the expression, to count steps by.
    let options =
      PCRE2_AUTO_CALLOUT | PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_UTF | PCRE2_NEVER_UCP
    var error: Int32 = 0
    var offset = 0
    // `pattern` outlives the call and is longer than the length given; PCRE2 makes a copy of what it needs.
    guard let code = pcre2_compile_8(pattern, pattern.count - 1, options, &error, &offset, context) else {
      throw ExpressionError(reason: Expression.message(error), offset: min(max(0, offset), pattern.count - 1))
    }
    self.code = code
    let frame = Expression.size(PCRE2_INFO_FRAMESIZE, of: code)
    let copied = max(0, Expression.size(PCRE2_INFO_SIZE, of: code) - Expression.plainSize * pattern.count)
    stepPrice = 1 + frame / 512 + copied / 1024
  }

  deinit {
    pcre2_code_free_8(code)
  }

  /// Whether it is found in the bytes; nil if that takes more steps than are left.
  ///
  /// - Parameter steps: how many it may take. Less what it took afterwards.
  func isFound(in bytes: [UInt8], steps: inout Int) -> Bool? {
    guard let match = pcre2_match_data_create_8(1, nil) else { return nil }
    defer { pcre2_match_data_free_8(match) }
    guard let context = pcre2_match_context_create_8(nil) else { return nil }
    defer { pcre2_match_context_free_8(context) }
    pcre2_set_heap_limit_8(context, Expression.heapLimit)
    pcre2_set_depth_limit_8(context, Expression.depthLimit)
    // The callout is what ends a match. This is for what might go on without one, and begins anew at each byte.
    pcre2_set_match_limit_8(context, UInt32(clamping: 4 * max(1, min(steps, 1 << 30))))
    var meter = StepMeter(left: steps, price: stepPrice)
    // An empty array need not have an address, and PCRE2 wants one.
    let subject = bytes.isEmpty ? [0] : bytes
    let result = withUnsafeMutablePointer(to: &meter) { meter in
      // `meter` is used by the callout alone, during the match alone, which is within this closure. `subject` outlives
      // the match, and is as long as the length given, or longer.
      pcre2_set_callout_8(context, Expression.step, meter)
      return pcre2_match_8(code, subject, bytes.count, 0, 0, match, context)
    }
    steps = meter.left
    switch result {
    case PCRE2_ERROR_NOMATCH: return false
    case 0...: return true
    // A limit, or an expression that calls itself for ever at one place.
    default: return nil
    }
  }

  /// Counts a step: called before each item of the expression that is tried.
  private static let step:
    @convention(c) (UnsafeMutablePointer<pcre2_callout_block_8>?, UnsafeMutableRawPointer?) ->
      Int32 = { block, meter in
        // PCRE2 gives a block that is valid during the call, and the meter that was set in `isFound`.
        guard let block, let meter = meter?.assumingMemoryBound(to: StepMeter.self) else { return PCRE2_ERROR_CALLOUT }
        return meter.pointee.step(to: block.pointee.current_position) ? 0 : PCRE2_ERROR_MATCHLIMIT
      }

  /// A size that PCRE2 tells of a compiled expression.
  private static func size(_ what: Int32, of code: OpaquePointer) -> Int {
    var size = 0
    // What is asked for here fills in one size_t.
    pcre2_pattern_info_8(code, UInt32(what), &size)
    return min(max(0, size), 1 << 24)
  }

  private static func message(_ error: Int32) -> String {
    var buffer: [UInt8] = Array(repeating: 0, count: 256)
    // It writes at most so many bytes, the last of them a NUL.
    pcre2_get_error_message_8(error, &buffer, buffer.count)
    return String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
  }
}

/// What is wrong with a regular expression.
struct ExpressionError: Error {
  let reason: String
  /// Bytes of the expression before the place.
  let offset: Int

  static let noMemory = ExpressionError(reason: "no memory for it", offset: 0)
}

/// Counts the steps of one match.
private struct StepMeter {
  var left: Int
  let price: Int
  private var place = 0

  init(left: Int, price: Int) {
    self.left = left
    self.price = price
  }

  /// - Returns: whether the match may go on.
  mutating func step(to place: Int) -> Bool {
    // One item can go over many bytes.
    left -= price + abs(place - self.place) / 16
    self.place = place
    return left > 0
  }
}
