import Glibc

extension Database {
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
