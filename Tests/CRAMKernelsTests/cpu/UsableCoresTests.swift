import CRAMKernels
import Foundation
import Testing
import _RAMKitTestSupport

/// Made-up machines: a folder with the files of /proc and /sys that are looked at.
@Suite struct UsableCoresTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  func siblings(_ cpu: Int, _ list: String) throws {
    try folder.write(
      list + "\n", to: "sys/devices/system/cpu/cpu\(cpu)/topology/thread_siblings_list")
  }

  func cores(_ cpus: [UInt32]) -> UInt32 {
    ramk_cpu_usable_cores_under(folder.url.path, cpus, cpus.count)
  }

  @Test func siblingsShareACore() throws {
    for cpu in 0..<8 { try siblings(cpu, "\(cpu % 4),\(cpu % 4 + 4)") }
    #expect(cores([0, 1, 2, 3, 4, 5, 6, 7]) == 4)
    #expect(cores([0, 4]) == 1)
    #expect(cores([4, 5]) == 2)
    #expect(cores([1, 2, 6]) == 2)
  }

  @Test func siblingsAsRanges() throws {
    for cpu in 0..<8 { try siblings(cpu, "\(cpu / 4 * 4)-\(cpu / 4 * 4 + 3)") }
    #expect(cores([0, 1, 2, 3, 4, 5, 6, 7]) == 2)
    #expect(cores([3, 7]) == 2)
    #expect(cores([12]) == 1)
  }

  @Test func withoutFilesEachLogicalProcessorIsACore() throws {
    #expect(cores([0, 1, 2]) == 3)
    #expect(cores([]) == 1)
    for cpu in 0..<2 { try siblings(cpu, "nonsense") }
    #expect(cores([0, 1]) == 2)
  }

  @Test func quotaOfVersion2() throws {
    try folder.write("0::/service/worker\n", to: "proc/self/cgroup")
    try folder.write("max 100000\n", to: "sys/fs/cgroup/service/worker/cpu.max")
    #expect(cores([0, 1, 2, 3]) == 4)
    // A group above may be the tighter one; a part of a core still needs a thread.
    try folder.write("150000 100000\n", to: "sys/fs/cgroup/service/cpu.max")
    #expect(cores([0, 1, 2, 3]) == 2)
    try folder.write("100000 100000\n", to: "sys/fs/cgroup/service/worker/cpu.max")
    #expect(cores([0, 1, 2, 3]) == 1)
    try folder.write("1000 100000\n", to: "sys/fs/cgroup/service/worker/cpu.max")
    #expect(cores([0, 1, 2, 3]) == 1)
  }

  /// In a container the group's path is the host's, and its own files lie at the mount.
  @Test func quotaInAContainer() throws {
    try folder.write("0::/\n", to: "proc/self/cgroup")
    try folder.write("200000 100000\n", to: "sys/fs/cgroup/cpu.max")
    #expect(cores([0, 1, 2, 3]) == 2)
    try folder.write("0::/docker/0123456789abcdef\n", to: "proc/self/cgroup")
    #expect(cores([0, 1, 2, 3]) == 2)
  }

  @Test func quotaOfVersion1() throws {
    try folder.write(
      "9:memory:/a\n4:cpu,cpuacct:/box\n3:cpuset:/other\n0::/\n", to: "proc/self/cgroup")
    #expect(cores([0, 1, 2, 3]) == 4)
    try folder.write("300000\n", to: "sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_quota_us")
    try folder.write("100000\n", to: "sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_period_us")
    #expect(cores([0, 1, 2, 3]) == 3)
    try folder.write("-1\n", to: "sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_quota_us")
    #expect(cores([0, 1, 2, 3]) == 4)
  }

  @Test func nonsenseIsNoQuota() throws {
    try folder.write("\n:\n::\n0::\nx:cpu\n", to: "proc/self/cgroup")
    try folder.write("what ever\n", to: "sys/fs/cgroup/cpu.max")
    #expect(cores([0, 1]) == 2)
    try folder.write("0::/\n", to: "proc/self/cgroup")
    for quota in ["-5 100000", "100000 0", "9223372036854775807 1", ""] {
      try folder.write(quota, to: "sys/fs/cgroup/cpu.max")
      #expect(cores([0, 1]) == 2, "\(quota)")
    }
  }

  @Test func thisMachine() {
    let cores = Int(ramk_cpu_usable_cores())
    #expect(cores >= 1 && cores <= ProcessInfo.processInfo.processorCount)
  }
}
