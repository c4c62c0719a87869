import SysFlow

/// What a reader of one output makes of it, as sf-processor does: tables of entities, which a
/// header empties, and for each flow what its entities were then.
struct ReferenceReader {
    /// A flow or event with what a reader knows of its actor and its objects.
    struct Seen: Hashable {
        var record: Record
        var exe: String?
        var image: String?
        var paths: [String?]
    }

    private(set) var seen: [Seen] = []
    /// Records other than repetitions.
    private(set) var originals: [Record] = []
    private(set) var headers = 0
    /// Citations of what was not given before.
    private(set) var dangling: [Record] = []
    private var containers: [String: Container] = [:]
    /// By state: MODIFIED is preferred to CREATED, and that to REUP, whichever came last.
    private var processes: [ProcessID: [ObjectState: Process]] = [:]
    private var files: [FileID: File] = [:]

    init() {}

    init(_ records: some Sequence<Record>) {
        for record in records { take(record) }
    }

    mutating func take(_ record: Record) {
        switch record {
        case .header:
            headers += 1
            containers = [:]
            processes = [:]
            files = [:]
        case .container(let value):
            if containers.updateValue(value, forKey: value.id) == nil { originals.append(record) }
        case .process(let value):
            need(container: value.containerID, record)
            if let parent = value.parent, processes[parent] == nil { dangling.append(record) }
            processes[value.oid, default: [:]][value.state] = value
            if value.state != .reup { originals.append(record) }
        case .file(let value):
            need(container: value.containerID, record)
            files[value.oid] = value
            if value.state != .reup { originals.append(record) }
        case .pod: break
        case .processEvent(let value): see(record, value.process, [])
        case .networkFlow(let value): see(record, value.process, [])
        case .networkEvent(let value): see(record, value.process, [])
        case .processFlow(let value): see(record, value.process, [])
        case .fileFlow(let value): see(record, value.process, [value.file])
        case .fileEvent(let value):
            see(record, value.process, [value.file] + (value.newFile.map { [$0] } ?? []))
        case .verdict(let value): see(record, value.process, [])
        case .kubernetesEvent, .loss: break
        }
    }

    private mutating func need(container id: String?, _ record: Record) {
        if let id, containers[id] == nil { dangling.append(record) }
    }

    private mutating func see(_ record: Record, _ id: ProcessID, _ cited: [FileID]) {
        originals.append(record)
        let states = processes[id]
        let process = states?[.modified] ?? states?[.created] ?? states?[.reup]
        if process == nil || cited.contains(where: { files[$0] == nil }) {
            dangling.append(record)
        }
        seen.append(
            Seen(
                record: record, exe: process?.exe,
                image: process?.containerID.flatMap { containers[$0]?.image },
                paths: cited.map { files[$0]?.path }))
    }
}

extension Record {
    /// Flows and events, which the tests count on.
    var isEntity: Bool {
        switch self {
        case .container, .process, .file, .pod, .header: true
        default: false
        }
    }
}
