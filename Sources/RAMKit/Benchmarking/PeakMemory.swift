#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What this process has taken of the machine's memory.
enum PeakMemory {
  /// The most bytes that ever were in RAM; 0 where the system does not say.
  static var residentBytes: Int {
    #if os(Linux)
      // getrusage would also count what ran in this process before it was this program.
      return statusKilobytes("VmHWM:") * 1024
    #else
      var usage = rusage()
      guard getrusage(RUSAGE_SELF, &usage) == 0 else { return 0 }
      return Int(usage.ru_maxrss)
    #endif
  }

  #if os(Linux)
    /// A field of /proc/self/status, which the kernel writes in kilobytes.
    private static func statusKilobytes(_ field: String) -> Int {
      guard let file = fopen("/proc/self/status", "re") else { return 0 }
      defer { fclose(file) }
      var buffer = [CChar](repeating: 0, count: 512)
      while fgets(&buffer, CInt(buffer.count), file) != nil {
        let line = String(
          decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard line.hasPrefix(field) else { continue }
        return line.dropFirst(field.count).split { !$0.isNumber }.first.flatMap { Int($0) } ?? 0
      }
      return 0
    }
  #endif
}
