/// Requests to a container's ports from outside, in its network but not in its cgroup.
public enum Probe {
    /// Sends bytes to a TCP port and returns what comes back until the end of the connection.
    public static func exchange(
        in container: RuncContainer, port: UInt16, _ request: String, thenPort: UInt16? = nil,
        timeout: Int = 20
    ) throws -> String {
        try container.runInNetwork(
            ["perl", "-e", PerlScripts.exchange, String(port), String(timeout)]
                + (thenPort.map { [String($0)] } ?? []),
            input: Array(request.utf8), timeout: Double(timeout) + 2
        ).stdout
    }

    /// - Returns: the whole reply, status line first; empty where there is none.
    public static func http(
        in container: RuncContainer, port: UInt16, _ method: String, _ path: String,
        body: String = ""
    ) throws -> String {
        let head = "\(method) \(path) HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
        let request = head + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        return try exchange(in: container, port: port, request)
    }
}
