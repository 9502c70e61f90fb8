import ExecTopCounting
import ExecTopText

extension Tally {
  /// A path as it shows; exectop's own name for the row that stands for many.
  package func name(of id: PathID, canShow: (Unicode.Scalar) -> Bool) -> SafeText {
    rowName(of: id).safe(canShow: canShow)
  }

  package func rowName(of id: PathID) -> RowName {
    id == .other ? RowName(own: SafeText.other) : RowName(path(of: id))
  }
}
