/// How much of an options struct of libbpf is meant: all up to the end of its last field.
///
/// Not its whole size: libbpf refuses a struct whose bytes behind the last field are not zero, and Swift leaves the
/// padding there as it finds it.
func optionsSize<Options, Field>(of options: Options, through last: KeyPath<Options, Field>) -> Int {
  MemoryLayout<Options>.offset(of: last).map { $0 + MemoryLayout<Field>.size } ?? MemoryLayout<Options>.size
}
