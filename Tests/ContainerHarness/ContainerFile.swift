import Foundation

/// A file to put into a container.
public struct ContainerFile: Sendable {
    public var path: String
    public var content: [UInt8]
    public var mode: Int
    public var owner: String
    public var group: String

    public init(
        _ path: String, _ content: [UInt8], mode: Int = 0o644, owner: String = "root",
        group: String = "root"
    ) {
        self.path = path
        self.content = content
        self.mode = mode
        self.owner = owner
        self.group = group
    }

    public init(
        _ path: String, _ content: String, mode: Int = 0o644, owner: String = "root",
        group: String = "root"
    ) {
        self.init(path, Array(content.utf8), mode: mode, owner: owner, group: group)
    }

    /// Writes it below a root file system's directory; a path that ends in / is a directory.
    func write(below root: String) throws {
        let manager = FileManager.default
        let full = root + path
        let isDirectory = path.hasSuffix("/")
        try manager.createDirectory(
            atPath: isDirectory ? full : (full as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true)
        if !isDirectory {
            guard manager.createFile(atPath: full, contents: Data(content)) else {
                throw HarnessError("\(full) cannot be written")
            }
        }
        let ids = try [Self.id(of: owner, in: "/etc/passwd"), Self.id(of: group, in: "/etc/group")]
        try manager.setAttributes(
            [.ownerAccountID: ids[0], .groupOwnerAccountID: ids[1], .posixPermissions: mode],
            ofItemAtPath: full)
        // chown clears set-id bits, and some file systems order the two otherwise.
        try manager.setAttributes([.posixPermissions: mode], ofItemAtPath: full)
    }

    /// The ids of an account of the host.
    static func account(_ name: String) throws -> (uid: Int, gid: Int) {
        let fields = try entry(of: name, in: "/etc/passwd")
        guard fields.count > 3, let uid = Int(fields[2]), let gid = Int(fields[3]) else {
            throw HarnessError("/etc/passwd has no ids of \(name)")
        }
        return (uid, gid)
    }

    private static func id(of name: String, in file: String) throws -> Int {
        let fields = try entry(of: name, in: file)
        guard fields.count > 2, let id = Int(fields[2]) else {
            throw HarnessError("\(file) has no id of \(name)")
        }
        return id
    }

    private static func entry(of name: String, in file: String) throws -> [Substring] {
        for line in try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            if fields.first == name[...] { return fields }
        }
        throw HarnessError("\(file) has no \(name)")
    }
}
