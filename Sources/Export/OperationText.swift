internal import SysFlow

extension Operations {
    /// As the public tools write them: names of what is done to names and processes, or else a
    /// letter or a blank for each operation of a flow.
    var flatText: String {
        for names in [Self.changes, Self.lives] {
            let text = names.filter { contains($0.bit) }.map(\.name).joined()
            if !text.isEmpty { return text }
        }
        return Self.letters.map { contains($0.bit) ? $0.letter : " " }.joined()
    }

    private static let changes: [(bit: Operations, name: String)] = [
        (.mkdir, "MKDIR"), (.rmdir, "RMDIR"), (.link, "LINK"), (.symlink, "SYMLINK"),
        (.unlink, "UNLINK"), (.rename, "RENAME"),
    ]

    private static let lives: [(bit: Operations, name: String)] = [
        (.clone, "CLONE"), (.exec, "EXEC"), (.exit, "EXIT"), (.setuid, "SETUID"),
        (.capability, "CAPABILITY"), (.act, "ACT"),
    ]

    private static let letters: [(bit: Operations, letter: String)] = [
        (.open, "O"), (.accept, "A"), (.connect, "C"), (.writeSend, "W"), (.readReceive, "R"),
        (.setns, "N"), (.mmap, "M"), (.shutdown, "S"), (.close, "C"), (.truncate, "T"),
        (.digest, "D"),
    ]
}

extension Process {
    /// As the public tools write it: without empty entries, joined by semicolons.
    var flatEnvironment: String {
        env.filter { !$0.isEmpty && $0 != "=" }.joined(separator: ";")
    }
}
