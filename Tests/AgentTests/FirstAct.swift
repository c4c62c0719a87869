import Baseline
import ContainerHarness
import Foundation

/// What the entry point of a container does before all else, none of which its profile allows.
enum FirstAct: CaseIterable, Sendable {
    /// To be run at all.
    case run
    /// The same by a program that takes long to execute: its container is found in the middle of it.
    case runSlowly
    case read, connect, execute

    static let entry = "/srv/entry"
    private static let other = "/srv/other"
    private static let secretFile = "/etc/canary-secret"

    /// The profile that allows `entry` to start and nothing else.
    static func profile(_ name: String) -> Profile {
        Profile(
            name: name, selector: Selector(containerName: LearnedKinds.names(name)),
            mode: .enforce, response: Response(mayKill: Set(Response.Spared.allCases)),
            executables: [
                ExecutableRules(
                    executable: ExecutableRules.runtime, exec: [ExecRule(path: entry)]),
                ExecutableRules(executable: entry),
            ])
    }

    /// - Parameters:
    ///   - token: shows up in its output where the act took effect.
    ///   - port: where something listens on the host's loopback address.
    func container(_ name: String, token: String, port: UInt16) throws -> RuncContainer {
        var options = ContainerOptions()
        options.hostNetwork = true
        options.diskBytes = 4 << 20
        let program: [UInt8] =
            switch self {
            case .run: try TinyProgram.elf(printing: token)
            case .runSlowly: try TinyProgram.elf(printing: token, segments: 1_000)
            case .read: try TinyProgram.elf(reading: Self.secretFile)
            case .connect: try TinyProgram.elf(connectingTo: port)
            case .execute: try TinyProgram.elf(executing: Self.other)
            }
        let path = self == .run || self == .runSlowly ? Self.other : Self.entry
        options.files = [
            ContainerFile(path, program, mode: 0o755),
            ContainerFile(Self.secretFile, token + "\n", mode: 0o644),
        ]
        if self == .execute {
            options.files.append(
                ContainerFile(
                    Self.other, try TinyProgram.elf(printing: token), mode: 0o755))
        }
        return RuncContainer(name: name, command: [path], options: options)
    }
}

/// Counts who connects to a port of the loopback address.
final class ConnectionCounter {
    private let socket: Int32
    let port: UInt16

    init() throws {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        socket = Glibc.socket(AF_INET, type, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = socket
        let named = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                unsafe bind(socket, generic, size) == 0 && listen(socket, 4096) == 0
                    && getsockname(socket, generic, &size) == 0
            }
        }
        guard named else { throw HarnessError("no port to listen on: errno \(errno)") }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(socket) }

    /// Those since the last call.
    func take() -> Int {
        var count = 0
        while true {
            let connection = accept(socket, nil, nil)
            if connection < 0 { return count }
            close(connection)
            count += 1
        }
    }
}
