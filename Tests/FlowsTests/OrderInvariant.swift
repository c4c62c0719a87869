import SysFlow
import Testing

/// What the official readers need: every entity precedes what cites it.
struct OrderInvariant {
    private var containers: Set<String> = []
    private var processes: Set<ProcessID> = []
    private var files: Set<FileID> = []
    private(set) var violations: [String] = []
    /// Entities that came again in one output though they had not changed: those that a limit
    /// dropped, and those of an id that a random stream uses again.
    private(set) var repeats = 0

    mutating func beginOutput() {
        containers = []
        processes = []
        files = []
    }

    mutating func take(_ record: Record) {
        switch record {
        case .container(let container):
            if !containers.insert(container.id).inserted { repeats += 1 }
        case .process(let process):
            if let parent = process.parent { needProcess(parent, record) }
            needContainer(process.containerID, record)
            if !processes.insert(process.oid).inserted, process.state != .modified {
                repeats += 1
            }
        case .file(let file):
            needContainer(file.containerID, record)
            if !files.insert(file.oid).inserted, file.state != .modified {
                repeats += 1
            }
        case .processEvent(let event): needProcess(event.process, record)
        case .networkEvent(let event): needProcess(event.process, record)
        case .processFlow(let flow): needProcess(flow.process, record)
        case .fileFlow(let flow):
            needProcess(flow.process, record)
            needFile(flow.file, record)
            if flow.endTime < flow.time { violations.append("ends before it begins \(record)") }
        case .networkFlow(let flow):
            needProcess(flow.process, record)
            if flow.endTime < flow.time { violations.append("ends before it begins \(record)") }
        case .fileEvent(let event):
            needProcess(event.process, record)
            needFile(event.file, record)
            if let file = event.newFile { needFile(file, record) }
        case .verdict(let event): needProcess(event.process, record)
        case .header, .pod, .kubernetesEvent, .loss:
            violations.append("not the assembler's \(record)")
        }
    }

    private mutating func needContainer(_ id: String?, _ record: Record) {
        if let id, !containers.contains(id) { violations.append("no container: \(record)") }
    }

    private mutating func needProcess(_ id: ProcessID, _ record: Record) {
        if !processes.contains(id) { violations.append("no process: \(record)") }
    }

    private mutating func needFile(_ id: FileID, _ record: Record) {
        if !files.contains(id) { violations.append("no file: \(record)") }
    }
}
