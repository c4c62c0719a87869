internal import Baseline
internal import Decision
internal import Events
internal import Export
internal import SensorABI
internal import SysFlow
internal import Workloads

/// A deviation and what was done about it, told by the kernel or found by this program.
struct Judged {
    var header: EventHeader
    /// LL_DIMENSION_*
    var dimension: UInt32
    /// LL_VERDICT_*
    var verdict: UInt32
    /// LL_DEVIATION_*
    var flags: UInt32
    /// LL_ACCESS_*
    var access: UInt32
    var object: [UInt8]
    var subject: [UInt8]
    /// The profile's LL_ACTION_* for the dimension; 0 where it is not told.
    var action: UInt32 = 0
}

extension Judged {
    /// Not killed, as the profile does not name who it was.
    var isSpared: Bool { flags & UInt32(LL_DEVIATION_SPARED) != 0 }
    /// Let pass, as the profile's breaker opened on it.
    var isOverBudget: Bool { flags & UInt32(LL_DEVIATION_OVER_BUDGET) != 0 }
    /// Stopped by the kernel side, as it may not be killed.
    var isStopped: Bool { flags & UInt32(LL_DEVIATION_STOPPED) != 0 }
    /// The process was in the phase `serving`, which the profile tells from `startup`.
    var isServing: Bool { flags & UInt32(LL_DEVIATION_SERVING) != 0 }
    /// What was judged had taken effect.
    var isLate: Bool { flags & UInt32(LL_DEVIATION_LATE) != 0 }

    /// The path is allowed, and its content is another, or not known.
    var isOfContent: Bool { flags & UInt32(LL_DEVIATION_CONTENT) != 0 }
    var isUnverified: Bool { flags & UInt32(LL_DEVIATION_UNVERIFIED) != 0 }

    init(_ event: borrowing VerdictEvent) {
        self.init(
            header: event.header, dimension: event.dimension, verdict: event.verdict,
            flags: event.flags, access: event.access, object: event.object.copied,
            subject: event.subject.copied, action: event.action)
    }
}

/// Makes an alert of a verdict: adds who it was and what the profile allows nearest.
struct AlertBuilder {
    var container: WatchedContainer
    var lineage: [Alert.ProcessLine]
    /// What is known of the content at the object's path.
    var finding: ContentFinding?
    var realtimeOffset: Int64

    /// nil: it names a dimension or verdict that this version does not know.
    func alert(_ event: Judged) -> Alert? {
        guard let verdict = Verdict(rawValue: event.verdict),
            let object = object(event)
        else { return nil }
        let subject = event.subject
        let deviation = Deviation(
            subject: subject.isEmpty ? .runtime : PathBytes(subject), object: object,
            phase: event.isServing ? .serving : nil)
        let nearest = container.profile?.profile.nearestRules(to: deviation)
        var lineage = lineage
        if lineage.isEmpty, !subject.isEmpty {
            lineage = [
                Alert.ProcessLine(
                    pid: event.header.tgid, executable: String(decoding: subject, as: UTF8.self))
            ]
        }
        var alert = Alert(
            time: Int64(event.header.boottime) + realtimeOffset,
            containerID: container.info.id, containerName: container.info.name,
            image: container.info.image, pod: container.info.podName,
            profile: container.profile?.profile.name ?? "", dimension: deviation.dimension,
            verdict: verdict, restraint: Self.restraint(event),
            access: Self.access(deviation), object: Self.text(deviation),
            lineage: lineage, nearest: nearest?.text ?? "the profile is not loaded any more",
            nearestRules: nearest?.rules.map { "\($0.subject): \($0.rule)" } ?? [])
        alert.isLate = event.isLate
        alert.subject = deviation.subject.pattern
        alert.isServing = event.isServing
        if event.isOfContent {
            alert.content = content(event)
            alert.nearest = "the path is allowed, and not this content"
        }
        return alert
    }

    private func content(_ event: Judged) -> Alert.Content {
        let place = ContentRules.Place(
            path: PathBytes(event.object),
            use: event.dimension == UInt32(LL_DIMENSION_EXEC) ? .execute : .map)
        let expected =
            finding?.expected ?? container.profile?.contents.digests(at: place).sorted() ?? []
        return Alert.Content(
            state: event.isUnverified ? .unverified : .changed,
            expected: expected.map(\.hex), found: finding?.found?.hex)
    }

    private static func restraint(_ event: Judged) -> Alert.Restraint? {
        if event.isStopped { return .stopped }
        return event.isOverBudget ? .breaker : event.isSpared ? .spared : nil
    }

    private func object(_ event: Judged) -> Deviation.Object? {
        let bytes = event.object
        switch Dimension(rawValue: UInt8(truncatingIfNeeded: event.dimension)) {
        case .exec: return .exec(PathBytes(bytes))
        case .file: return .file(PathBytes(bytes), FileAccess(rawValue: event.access))
        case .egress: return Self.endpoint(bytes).map(Deviation.Object.egress)
        case .listen: return Self.endpoint(bytes).map(Deviation.Object.listen)
        case .capability:
            return bytes.first.flatMap(Capability.init).map(Deviation.Object.capability)
        case .act: return bytes.first.flatMap(Act.init).map(Deviation.Object.act)
        case nil: return nil
        }
    }

    /// `struct ll_endpoint`: protocol, port, address.
    private static func endpoint(_ bytes: [UInt8]) -> Endpoint? {
        guard bytes.count == 19, let proto = TransportProtocol(rawValue: bytes[0]) else {
            return nil
        }
        let word = { (range: Range<Int>) in bytes[range].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        return Endpoint(
            proto: proto, address: IPAddress(high: word(3..<11), low: word(11..<19)),
            port: UInt16(bytes[1]) << 8 | UInt16(bytes[2]))
    }

    private static func access(_ deviation: Deviation) -> [String] {
        switch deviation.object {
        case .exec: ["exec"]
        case .file(_, let access): access.words
        case .egress: ["connect"]
        case .listen: ["listen"]
        case .capability, .act: ["use"]
        }
    }

    private static func text(_ deviation: Deviation) -> String {
        switch deviation.object {
        case .exec(let path), .file(let path, _): path.pattern
        case .egress(let endpoint), .listen(let endpoint): endpoint.description
        case .capability(let capability): capability.name
        case .act(let act): act.name
        }
    }
}
