import ExecTopCounting
import ExecTopRecording
import ExecTopText
import TestSupport
import Testing

@testable import ExecTopStore

struct RecordingFileTests {
}
