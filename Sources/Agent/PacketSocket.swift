internal import Glibc
internal import Kernel

// AF_UNIX sockets of the type SOCK_SEQPACKET: a send is a packet, and it arrives whole. The only
// file that calls sockets; neither Foundation nor swift-system has them.

/// A connected socket. Closed when it goes.
struct PacketSocket: ~Copyable {
    enum Sent: Equatable {
        case taken
        /// The peer's buffer is full; later.
        case full
        /// The packet is larger than the socket's own buffer.
        case tooLarge
        /// There is no peer any more: why.
        case gone(String)
    }

    enum Received: Equatable {
        /// Its length, which may be more than was asked for: then its end is lost.
        case packet(Int)
        /// There is none now.
        case nothing
        /// There will be none any more: why, if not by the peer's end.
        case gone(String?)
    }

    private let descriptor: Descriptor

    fileprivate init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// Connects to whoever listens at `path`, without waiting.
    ///
    /// - Parameter buffer: bytes that the kernel may hold for the peer, with its own overhead; it
    ///   gives less where `net.core.wmem_max` is less.
    static func connect(to path: String, buffer: Int32) throws(SocketProblem) -> PacketSocket {
        let socket = try makeSocket()
        var size = buffer
        _ = unsafe setsockopt(
            socket.rawValue, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        let number = socket.rawValue
        let failure = unsafe try withAddress(path) { unsafe Glibc.connect(number, $0, $1) }
        guard failure == 0 else { throw SocketProblem(path, text(failure)) }
        return PacketSocket(socket)
    }

    /// - Throws: where a socket cannot have such a path.
    static func check(_ path: String) throws(SocketProblem) {
        _ = unsafe try withAddress(path) { _, _ in 0 }
    }

    /// Whether the peer is gone, as far as that is known without sending. Never waits.
    var isClosed: Bool {
        wait(for: descriptor.rawValue, 0, 0) & Int16(POLLHUP | POLLERR) != 0
    }

    /// Never waits.
    func send(_ packet: [UInt8]) -> Sent {
        while true {
            let count = unsafe packet.withUnsafeBytes { bytes in
                unsafe Glibc.send(
                    descriptor.rawValue, bytes.baseAddress, bytes.count,
                    Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
            }
            if count >= 0 { return .taken }
            let failure = errno
            switch failure {
            case EINTR: continue
            case EAGAIN, ENOBUFS, ENOMEM: return .full
            case EMSGSIZE: return .tooLarge
            default: return .gone(text(failure))
            }
        }
    }

    /// Takes the next packet into the beginning of `buffer`. Never waits.
    func receive(into buffer: inout [UInt8]) -> Received {
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe recv(
                    descriptor.rawValue, bytes.baseAddress, bytes.count,
                    Int32(MSG_DONTWAIT | MSG_TRUNC))
            }
            // A peer's end and an empty packet look the same; no sender has a use for the latter.
            if count == 0 { return .gone(nil) }
            if count > 0 { return .packet(count) }
            let failure = errno
            switch failure {
            case EINTR: continue
            case EAGAIN: return .nothing
            case ECONNRESET: return .gone(nil)
            default: return .gone(text(failure))
            }
        }
    }

    /// Waits until there is something to receive, or the peer is gone.
    func waitToReceive(milliseconds: Int32) {
        _ = wait(for: descriptor.rawValue, POLLIN, milliseconds)
    }

    /// Waits until there is room to send, or the peer is gone.
    func waitToSend(milliseconds: Int32) {
        _ = wait(for: descriptor.rawValue, POLLOUT, milliseconds)
    }
}

/// A place where peers connect. The path goes with it.
struct PacketListener: ~Copyable {
    let path: String
    private let descriptor: Descriptor
    /// Of the path when it was made.
    private let status: Files.Status?

    /// Listens at `path`. A socket that nobody listens at any more is replaced; one that somebody
    /// listens at, and any other file, is not.
    init(at path: String) throws(SocketProblem) {
        let socket = try makeSocket()
        let number = socket.rawValue
        // Before it has a name: from then on only this user can connect.
        _ = fchmod(number, 0o600)
        var failure = unsafe try withAddress(path) { unsafe Glibc.bind(number, $0, $1) }
        if failure == EADDRINUSE {
            try Self.removeAbandoned(path)
            failure = unsafe try withAddress(path) { unsafe Glibc.bind(number, $0, $1) }
        }
        guard failure == 0 else { throw SocketProblem(path, text(failure)) }
        guard listen(number, 1) == 0 else { throw SocketProblem(path, text(errno)) }
        self.path = path
        descriptor = socket
        status = Files.status(path)
    }

    deinit {
        // Not the one of another program that has taken the place.
        if let status, Files.status(path)?.inode == status.inode { _ = unsafe unlink(path) }
    }

    /// The next peer; nil if none came within the time.
    func accept(milliseconds: Int32) throws(SocketProblem) -> PacketSocket? {
        _ = wait(for: descriptor.rawValue, POLLIN, milliseconds)
        let peer = Glibc.accept(descriptor.rawValue, nil, nil)
        let failure = errno
        if peer >= 0 {
            _ = fcntl(peer, F_SETFD, FD_CLOEXEC)
            return PacketSocket(Descriptor(peer))
        }
        switch failure {
        case EAGAIN, EINTR, ECONNABORTED: return nil
        default: throw SocketProblem(path, text(failure))
        }
    }

    private static func removeAbandoned(_ path: String) throws(SocketProblem) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else {
            throw SocketProblem(path, "there is another file at this path")
        }
        let probe = try makeSocket()
        let number = probe.rawValue
        let failure = unsafe try withAddress(path) { unsafe Glibc.connect(number, $0, $1) }
        guard failure == ECONNREFUSED else {
            throw SocketProblem(path, "another program listens there")
        }
        _ = unsafe unlink(path)
    }
}

/// A socket that cannot be used: which, and why.
struct SocketProblem: Error, Hashable, CustomStringConvertible {
    var path: String
    var reason: String

    init(_ path: String, _ reason: String) {
        self.path = path
        self.reason = reason
    }

    var description: String { "\(path): \(reason)" }
}

private func makeSocket() throws(SocketProblem) -> Descriptor {
    let type =
        Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        | Int32(SOCK_NONBLOCK.rawValue)
    let number = socket(AF_UNIX, type, 0)
    guard number >= 0 else { throw SocketProblem("a UNIX socket", text(errno)) }
    return Descriptor(number)
}

/// Makes a call that takes a path as a socket's address.
///
/// - Returns: 0, or the call's errno.
private func withAddress(
    _ path: String, _ call: (UnsafePointer<sockaddr>, socklen_t) -> Int32
) throws(SocketProblem) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let bytes = Array(path.utf8)
    // One byte ends the path; a path that begins with 0 would be a name without a file.
    let room = MemoryLayout.size(ofValue: address.sun_path) - 1
    guard !bytes.isEmpty, bytes.count <= room, !bytes.contains(0) else {
        throw SocketProblem(path, "the path of a socket has 1 to \(room) bytes; use a shorter one")
    }
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
    return unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            unsafe call($0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 ? 0 : errno
        }
    }
}

/// - Returns: what of the events is there, a hang-up and errors in any case.
private func wait(for descriptor: Int32, _ events: Int32, _ milliseconds: Int32) -> Int16 {
    var entry = pollfd(fd: descriptor, events: Int16(events), revents: 0)
    return unsafe poll(&entry, 1, milliseconds) > 0 ? entry.revents : 0
}

private func text(_ failure: Int32) -> String { unsafe String(cString: strerror(failure)) }
