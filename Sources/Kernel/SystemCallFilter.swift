internal import CLibseccomp
internal import Glibc
internal import SystemPackage

/// A call of which a rule of the filter speaks, and what one of its arguments has to be.
struct CallRule {
    enum Condition {
        case equal(argument: UInt32, UInt64)
        /// The bits of the mask are these.
        case bits(argument: UInt32, mask: UInt64, UInt64)
    }

    var name: String
    var condition: Condition?

    init(_ name: String, _ condition: Condition? = nil) {
        self.name = name
        self.condition = condition
    }
}

/// The filter of system calls that the agent puts upon itself by libseccomp.
enum SystemCallFilter {
    /// For all threads of this process, those that are to come too. Sets no_new_privs.
    static func install() throws(KernelError) {
        // What is on no list: SIGSYS, whose handler counts it and has the call fail.
        guard let context = unsafe seccomp_init(SCMP_ACT_TRAP) else {
            throw KernelError("make a filter of system calls", errno: .noMemory)
        }
        defer { unsafe seccomp_release(context) }
        let attributes: [(scmp_filter_attr, UInt32)] = [
            (SCMP_FLTATR_CTL_NNP, 1), (SCMP_FLTATR_CTL_TSYNC, 1),
            (SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS),
            // A binary tree: as many steps for the last call as for the first.
            (SCMP_FLTATR_CTL_OPTIMIZE, 2),
        ]
        for (attribute, value) in attributes {
            try check(
                unsafe seccomp_attr_set(context, attribute, value), "an attribute of the filter")
        }
        for name in AllowedCalls.deadly {
            try unsafe add(CallRule(name), SCMP_ACT_KILL_PROCESS, to: context)
        }
        for (call, error) in AllowedCalls.failing {
            // SCMP_ACT_ERRNO.
            try unsafe add(call, 0x0005_0000 | UInt32(error), to: context)
        }
        for call in AllowedCalls.all { try unsafe add(call, SCMP_ACT_ALLOW, to: context) }
        try check(unsafe seccomp_load(context), "the whole, into the kernel")
    }

    /// The call's name; its number where it has none.
    static func name(_ number: Int32) -> String {
        guard let text = unsafe seccomp_syscall_resolve_num_arch(seccomp_arch_native(), number)
        else { return "\(number)" }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }

    private static func add(
        _ call: CallRule, _ action: UInt32, to context: scmp_filter_ctx
    ) throws(KernelError) {
        let number = try number(call.name)
        guard let condition = call.condition else {
            return try check(
                unsafe seccomp_rule_add_array(context, action, number, 0, nil), call.name)
        }
        var comparison = comparison(condition)
        try check(
            unsafe seccomp_rule_add_array(context, action, number, 1, &comparison), call.name)
    }

    private static func number(_ name: String) throws(KernelError) -> Int32 {
        let number = unsafe seccomp_syscall_resolve_name(name)
        // Below 0 are those that another processor has.
        guard number >= 0 else {
            throw .unusable(
                "filter system calls: libseccomp does not know \(name)",
                remedy: "it needs libseccomp 2.5 or later")
        }
        return number
    }

    private static func comparison(_ condition: CallRule.Condition) -> scmp_arg_cmp {
        switch condition {
        case .equal(let argument, let value):
            scmp_arg_cmp(arg: argument, op: SCMP_CMP_EQ, datum_a: value, datum_b: 0)
        case .bits(let argument, let mask, let value):
            scmp_arg_cmp(arg: argument, op: SCMP_CMP_MASKED_EQ, datum_a: mask, datum_b: value)
        }
    }

    private static func check(_ result: Int32, _ what: String) throws(KernelError) {
        guard result != 0 else { return }
        throw KernelError(
            "filter system calls (\(what))", errno: Errno(rawValue: abs(result)),
            remedy: "the kernel needs CONFIG_SECCOMP_FILTER, and whatever filters this process "
                + "already has to let seccomp() through")
    }
}
