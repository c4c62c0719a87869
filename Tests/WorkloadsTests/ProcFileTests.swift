import Testing
import Workloads

@Suite struct ProcFileTests {
    /// The kernel gives such a file page by page.
    @Test func filesOfManyPagesAreReadWhole() throws {
        let text = try #require(ProcFile.text("/proc/self/smaps"))
        #expect(text.utf8.count > 16_384)
        #expect(text.hasSuffix("\n"))
        #expect(text.contains("[stack]") && text.contains("/ld-linux"))
    }

    @Test func absentFilesAreNil() { #expect(ProcFile.text("/proc/self/absent") == nil) }
}
