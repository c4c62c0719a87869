import Glibc
import Kernel
import RawSystemCall
import Sensor
import Workloads

// Confines itself as the agent does and then does one act:
//
//     TryConfined [--without CAPABILITY] ACT [ARGUMENT...]
//
// Prints `done`, or `refused:` and why; status 0 and 1.

var arguments = Array(CommandLine.arguments.dropFirst())
var without: Set<String> = []
if arguments.first == "--without" {
    without = [arguments[1]]
    arguments.removeFirst(2)
}
let act = arguments.removeFirst()

struct Refusal: Error, CustomStringConvertible {
    var description: String
}

func expect(_ works: Bool, _ what: String) throws {
    guard works else { throw Refusal(description: "\(what): errno \(errno)") }
}

/// What the agent does.
func function(_ act: String, _ arguments: [String]) throws -> Bool {
    switch act {
    case "nothing": break
    case "make-map": _ = try OwnedMap(name: "try_confined", valueSize: 64)
    case "load":
        // Found out before: it reads what an agent has read by then.
        let root = try CgroupHierarchy.find().mountPoint
        _ = try Sensor(cgroupRoot: root, attachMode: .signal)
    case "foreign-root":
        try expect(ForeignRoot(ofProcess: UInt32(arguments[0])!) != nil, "open the root")
    case "follow":
        let own = UInt32(getpid())
        let found = ForeignRoot(ofProcess: own)?.resolve(
            Array(arguments[0].utf8), itself: false, process: own)
        try expect(found?.bytes == Array(arguments[1].utf8), "follow the path")
    case "kill":
        let id = UInt32(arguments[0])!
        let ticks = Files.startTicks(ofProcess: id) ?? 0
        guard let process = ProcessHandle(id: id, start: ticks * 10_000_000) else {
            throw Refusal(description: "no process")
        }
        try process.kill()
    default: return false
    }
    return true
}

/// What only somebody who took the agent over would do, by system call.
func attack(_ act: String, _ arguments: [String]) throws {
    let number: Int
    var values = [0, 0, 0]
    switch act {
    case "execve":
        let path = unsafe strdup("/bin/true")
        number = 59
        values[0] = Int(bitPattern: path)
    case "execveat": number = 322
    case "ptrace": number = 101  // PTRACE_TRACEME
    case "process_vm_readv": number = 310
    case "init_module": number = 175
    case "finit_module": number = 313
    case "mount": number = 165
    case "unshare":
        number = 272
        values[0] = 0x2_0000  // CLONE_NEWNS
    case "setns": number = 308
    case "setuid":
        number = 105
        values[0] = 65534
    case "capset": number = 126
    case "io_uring_setup": number = 425
    case "perf_event_open": number = 298
    case "kexec_load": number = 246
    case "socket":
        number = 41
        values = [2, 1, 0]
    case "fork": number = 57
    case "clone-process": number = 56
    case "clone-namespace":
        number = 56
        values[0] = 0x1002_0000
    case "kill-other":
        number = 62
        values = [Int(getpid()), 9, 0]
    case "map-code":
        number = 9
        values = [0, 4096, 7]
    case "protect-code":
        let page = unsafe mmap(
            nil, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        number = 10
        values = [Int(bitPattern: page), 4096, 5]
    case "detach-link":
        number = 321
        values[0] = 34  // BPF_LINK_DETACH
    case "find-program":
        number = 321
        values[0] = 11  // BPF_PROG_GET_NEXT_ID
    case "raise-limit":
        number = 302
        values = [0, 7, Int(truncatingIfNeeded: 1)]
    case "own-more":
        number = 157
        values = [24, 0, 0]  // PR_CAPBSET_DROP
    case "write":
        let path = unsafe strdup(arguments[0])
        number = 2
        values = [Int(bitPattern: path), 1, 0]
    case "change-owner":
        let path = unsafe strdup(arguments[0])
        number = 92
        values = [Int(bitPattern: path), 1, 1]
    default: throw Refusal(description: "no such act")
    }
    let result = raw_system_call(number, values[0], values[1], values[2])
    if act == "fork" || act == "clone-process", result == 0 { _exit(0) }
    guard result >= 0 else { throw Refusal(description: "errno \(-result)") }
}

var status: Int32 = 0
do {
    try Confinement.enter(.agent, without: without)
    if try !function(act, arguments) { try attack(act, arguments) }
    print("done")
} catch {
    print("refused: \(error)")
    status = 1
}
print("told: \(RefusedCalls.take().joined(separator: " "))")
exit(status)
