/// Why a query names no single container.
public enum ContainerLookupError: Error, Sendable, CustomStringConvertible {
    case absent(String, candidates: [ContainerInfo], problems: [StateProblem])
    case ambiguous(String, candidates: [ContainerInfo])

    /// More candidates than this are counted, not listed.
    public static let candidateLimit = 10

    public var description: String {
        switch self {
        case .absent(let query, let candidates, let problems):
            var text = "no container has the name or the id prefix \"\(query)\""
            text +=
                candidates.isEmpty
                ? "; no container was found by the runtimes' state on disk"
                    + " (as root? another state directory? --cgroup PATH needs no state)"
                : "; there are: \(Self.list(candidates))"
            if !problems.isEmpty {
                text += "; \(problems.count) state files could not be read, the first: "
                text += problems[0].description
            }
            return text
        case .ambiguous(let query, let candidates):
            return "\(candidates.count) containers fit \"\(query)\": \(Self.list(candidates));"
                + " give more of the id, or NAMESPACE/POD/NAME"
        }
    }

    private static func list(_ candidates: [ContainerInfo]) -> String {
        let shown = candidates.prefix(candidateLimit).map { container in
            let id = container.id.prefix(12)
            let pod = container.podName.map { "\(container.podNamespace ?? "")/\($0)/" } ?? ""
            return container.name == container.id ? container.id : "\(pod)\(container.name) (\(id))"
        }
        let more = candidates.count - shown.count
        return shown.joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
    }
}
