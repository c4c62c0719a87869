import Testing
import Workloads

@Suite struct KernelFileTests {
    /// The kernel hands such a file out a page at a time; a node's mount table has many.
    @Test func readsMoreThanAPage() throws {
        let text = try #require(KernelFile.text("/proc/self/maps"))
        let lines = text.split(separator: "\n")
        #expect(text.utf8.count > 3 * 4096)
        #expect(text.hasSuffix("\n"))
        #expect(lines.allSatisfy { $0.contains("-") && $0.split(separator: " ").count >= 5 })
        // The stack lies behind all libraries.
        #expect(text.contains("[stack]"))
    }

    @Test func saysNothingOfWhatCannotBeRead() {
        #expect(KernelFile.text("/proc/self/no-such-file") == nil)
        #expect(KernelFile.text("/proc/self") == nil)
    }
}
