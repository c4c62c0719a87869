import Events

/// Everything that can be read from a record, or what was wrong with it. Reading all of it shows
/// that nothing readable lies outside the record.
func printed(_ bytes: [UInt8]) -> String {
    do throws(DecodeError) {
        return describe(try decode(RawSpan(_elements: bytes.span)))
    } catch {
        return "error: \(error)"
    }
}

private func describe(_ event: borrowing Event) -> String {
    switch event {
    case .fork(let e): "\(e.header) \(e.child) \(e.childTid) \(e.isThread)"
    case .exec(let e), .process(let e):
        "\(e.header) \(e.parent) \(e.flags.rawValue) \(e.uid) \(e.gid) \(e.inode) \(e.device) "
            + "\(text(e.exe)) \(text(e.args)) \(text(e.cwd))"
    case .exit(let e): "\(e.header) \(e.status) \(e.isThread)"
    case .credentials(let e): "\(e.header) \(e.uid) \(e.gid) \(e.result) \(e.systemCall)"
    case .namespace(let e): "\(e.header) \(e.isUnshare) \(e.namespaces) \(e.result)"
    case .fileOpen(let e):
        "\(e.header) \(e.key) \(e.inode) \(e.device) \(e.inodeMode) \(e.openFlags) \(e.fd) "
            + "\(e.operations) \(text(e.path))"
    case .fileEnd(let e): "\(e.header) \(e.key) \(e.counters)"
    case .fileOperation(let e):
        "\(e.header) \(e.operation) \(e.result) \(e.argument) \(e.isPathAsGiven) "
            + "\(text(e.path)) \(text(e.secondPath))"
    case .socketOpen(let e), .socketEnd(let e):
        "\(e.header) \(e.key) \(e.counters) \(e.fd) \(e.localAddress) \(e.localPort)"
    case .socketOperation(let e):
        "\(e.header) \(e.operation) \(e.result) \(e.family) \(e.proto) \(e.localPort) "
            + "\(e.remotePort) \(e.localAddress) \(e.remoteAddress) \(e.socketType) \(e.fd)"
    case .verdict(let e):
        "\(e.header) \(e.dimension) \(e.verdict) \(e.access) \(e.action) \(e.profile) "
            + "\(e.policyGeneration) \(e.isSubjectKnown) \(text(e.object)) \(text(e.subject))"
    case .act(let e): "\(e.header) \(e.dimension) \(e.number) \(e.result)"
    case .cgroup(let e): "\(e.header) \(e.operation) \(e.level) \(text(e.path))"
    }
}

func text(_ bytes: RawSpan) -> String {
    let bytes = Span<UInt8>(_bytes: bytes)
    var copy: [UInt8] = []
    for i in bytes.indices { copy.append(bytes[i]) }
    return String(decoding: copy, as: UTF8.self)
}
