import Kernel
import Testing

@Suite struct PreemptionTests {
    private static let debian = "Linux version 6.12.1 (gcc) #1 SMP PREEMPT_DYNAMIC Debian"

    @Test(arguments: [
        ("Linux version 6.1 #1 SMP Debian", "", "", false),
        ("Linux version 6.1 #1 SMP PREEMPT", "", "", true),
        ("Linux version 6.1 #1 SMP PREEMPT_RT", "", "preempt=none", true),
        (debian, "none (voluntary) full\n", "", false),
        (debian, "(none) voluntary full\n", "preempt=full", false),
        (debian, "none voluntary (full)\n", "preempt=none", true),
        (debian, "none voluntary full (lazy)\n", "", true),
        (debian, "", "quiet preempt=voluntary", false),
        (debian, "", "preempt=none preempt=full", true),
        (debian, "", "quiet", true),
        ("", "", "", true),
    ])
    func isToldFromWhatTheKernelSays(
        _ version: String, _ chosen: String, _ commandLine: String, _ mayHappen: Bool
    ) {
        #expect(
            Preemption.mayHappen(version: version, chosen: chosen, commandLine: commandLine)
                == mayHappen)
    }
}
