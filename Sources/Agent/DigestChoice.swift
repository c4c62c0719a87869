public import Baseline

/// Which files' contents are learned beside their paths.
public enum DigestChoice: String, Sendable, CaseIterable {
    case none
    case executables
    /// Executables and what is mapped executable.
    case all

    /// The path whose content belongs to a behaviour, if it is one of those.
    public func path(in behaviour: Behaviour) -> PathBytes? {
        switch behaviour {
        case .exec(let path): self == .none ? nil : path
        case .file(let path, let access): self == .all && access.contains(.map) ? path : nil
        case .egress, .listen, .capability, .act: nil
        }
    }
}
