internal import Glibc
internal import Synchronization

/// System calls that this process' own filter refused to it.
public enum RefusedCalls {
    /// A bit for each number below 1,024.
    private static let numbers = InlineArray<16, Atomic<UInt64>> { _ in Atomic(0) }
    private static let total = Atomic<Int>(0)

    /// How many there were.
    public static var count: Int { total.load(ordering: .relaxed) }

    /// The names of those since the last time.
    public static func take() -> [String] {
        var names: [String] = []
        for index in numbers.indices {
            let bits = numbers[index].exchange(0, ordering: .relaxed)
            for bit in 0..<64 where bits & 1 << UInt64(bit) != 0 {
                names.append(SystemCallFilter.name(Int32(index * 64 + bit)))
            }
        }
        return names
    }

    /// From now on a refused call is counted and fails with EPERM.
    static func catchTraps() {
        // Made here and not in the handler, which may not wait for anything.
        _ = take()
        _ = count
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_sigaction = { _, information, context in
            guard let information = unsafe information, let context = unsafe context else { return }
            RefusedCalls.note(
                unsafe UnsafeRawPointer(information).load(
                    fromByteOffset: RefusedCalls.callOffset, as: Int32.self))
            unsafe context.storeBytes(
                of: Int(-EPERM), toByteOffset: RefusedCalls.resultOffset, as: Int.self)
        }
        action.sa_flags = SA_SIGINFO | SA_RESTART
        _ = unsafe sigaction(SIGSYS, &action, nil)
    }

    // The header that defines these would take `sigaction` from Glibc's module.
    /// siginfo_t.si_syscall.
    private static let callOffset = 24
    #if arch(x86_64)
        /// ucontext_t.uc_mcontext.gregs[REG_RAX].
        private static let resultOffset = 144
    #else
        #error("where does this processor's ucontext_t hold a system call's result?")
    #endif

    private static func note(_ number: Int32) {
        total.add(1, ordering: .relaxed)
        guard number >= 0, number < 1024 else { return }
        numbers[Int(number) / 64].bitwiseOr(1 << UInt64(number % 64), ordering: .relaxed)
    }
}
