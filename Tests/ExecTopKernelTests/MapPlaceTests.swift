import ExecTopKernel
import Testing

struct MapPlaceTests {
  @Test(
    "a place is an id, a name or a pinned path",
    arguments: [
      ("id=7", MapPlace.id(7)), ("id=4294967295", .id(.max)), ("name=exec_count", .name("exec_count")),
      ("pinned=/sys/fs/bpf/a=b", .pinned("/sys/fs/bpf/a=b")),
    ])
  func places(text: String, place: MapPlace) {
    #expect(MapPlace(text) == place)
    #expect(place.description == text)
  }

  @Test(
    "anything else is none",
    arguments: ["", "7", "id", "id=", "id=0", "id=-1", "id=x", "id=4294967296", "name=", "pinned=", "path=/x", "ID=7"])
  func noPlaces(text: String) {
    #expect(MapPlace(text) == nil)
  }
}
