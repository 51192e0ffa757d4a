// Runs one of the package's fuzzers under libFuzzer:
//
//   fuzz --list               the fuzzers' names, a line each
//   fuzz --seeds NAME ROOT    the files that NAME starts from, below the tests' resources in ROOT
//   fuzz NAME [ARGUMENT...]   the fuzzer NAME, with arguments as libFuzzer takes them

import Foundation
import _RAMKitFuzzing

@_silgen_name("LLVMFuzzerRunDriver")
func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
  _ callback: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

@_silgen_name("LLVMFuzzerMutate")
func mutate(_ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int, _ capacity: Int) -> Int

/// What runs in this process. It is set before libFuzzer calls back, and never again.
nonisolated(unsafe) var fuzzer: Fuzzer?

/// libFuzzer's own mutations; every other time, what they broke beside is repaired.
@_cdecl("LLVMFuzzerCustomMutator")
public func customMutator(
  _ bytes: UnsafeMutablePointer<UInt8>?, _ count: Int, _ capacity: Int, _ seed: CUnsignedInt
) -> Int {
  let mutated = mutate(bytes, count, capacity)
  guard seed % 2 == 0, let repair = fuzzer?.repair, let bytes else { return mutated }
  var copy = [UInt8](UnsafeBufferPointer(start: bytes, count: mutated))
  repair(&copy)
  UnsafeMutableRawPointer(bytes).copyMemory(from: copy, byteCount: mutated)
  return mutated
}

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data("fuzz: \(message)\n".utf8))
  exit(64)
}

func named(_ name: String) -> Fuzzer {
  guard let found = Fuzzer.all.first(where: { $0.name == name }) else {
    fail("no fuzzer is called '\(name)'; `fuzz --list` names them")
  }
  return found
}

func listSeeds(of fuzzer: Fuzzer, below root: String) {
  for seeds in fuzzer.seeds {
    let folder = "\(root)/\(seeds.folder)"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names.sorted() where name.hasSuffix(seeds.suffix) { print("\(folder)/\(name)") }
  }
}

func run(_ name: String) -> CInt {
  fuzzer = named(name)
  // libFuzzer sees the name as the program's.
  var count = CommandLine.argc - 1
  var arguments = CommandLine.unsafeArgv + 1
  return runDriver(&count, &arguments) { start, count in
    do throws(Violation) {
      let bytes = UnsafeRawBufferPointer(start: start, count: count)
      return try fuzzer?.check(bytes) == true ? 0 : -1
    } catch {
      fatalError("\(error)")
    }
  }
}

switch CommandLine.arguments.dropFirst().first {
case "--list": for fuzzer in Fuzzer.all { print(fuzzer.name) }
case "--seeds" where CommandLine.argc == 4:
  listSeeds(of: named(CommandLine.arguments[2]), below: CommandLine.arguments[3])
case let name? where !name.hasPrefix("-"): exit(run(name))
default: fail("usage: fuzz --list | --seeds NAME ROOT | NAME [ARGUMENT...]")
}
