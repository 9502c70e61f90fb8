import ExecTopCounting
import ExecTopText

extension Tally {
  /// A path as it shows; exectop's own name for the row that stands for many.
  package func name(of id: PathID, canShow: (Unicode.Scalar) -> Bool) -> SafeText {
    id == .other ? SafeText(typed: SafeText.other) : SafeText(path(of: id).bytes, canShow: canShow)
  }
}
