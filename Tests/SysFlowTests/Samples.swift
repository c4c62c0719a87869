@testable import SysFlow

/// One or more records of each kind, with every optional field both ways; entities first.
enum Samples {
    static let shell = ProcessID(createTime: 1_700_000_000_000_000_001, hostPID: 4242)
    static let parent = ProcessID(createTime: 1_600_000_000_000_000_000, hostPID: 1)
    static let passwd = FileID(containerID: "0123456789ab", path: "/etc/passwd")
    static let copy = FileID(containerID: "0123456789ab", path: "/tmp/päss wörd")

    static let entities: [Record] = [
        .header(Header(exporter: "node-1", ip: "192.0.2.7", filename: "/var/lib/out.sf")),
        .pod(
            Pod(
                time: 5, id: "pod-1", name: "web", nodeName: "node-1", hostIP: [16_777_343],
                internalIP: [1, -2], namespace: "default", restartCount: 3,
                labels: ["app": "web", "tier": "front"], selectors: [:],
                services: [
                    Service(
                        name: "web", id: "s-1", namespace: "default",
                        portList: [
                            ServicePort(port: 80, targetPort: 8080, nodePort: 30080, proto: "TCP"),
                            ServicePort(port: 443, targetPort: 8443, nodePort: 0, proto: "TCP"),
                        ], clusterIP: [7]),
                    Service(name: "db", id: "s-2", namespace: "d", portList: [], clusterIP: []),
                ])),
        .container(
            Container(
                id: "0123456789ab", name: "web", image: "nginx:1", imageID: "sha256:ff",
                type: .containerd, privileged: true, podID: "pod-1")),
        .container(
            Container(
                id: "ba9876543210", name: "", image: "", imageID: "", type: .bpm,
                privileged: false)),
        .process(
            Process(
                state: .created, oid: parent, parent: nil, time: 10, exe: "/sbin/init", exeArgs: "",
                uid: 0, gid: 0, containerID: nil)),
        .process(
            Process(
                state: .modified, oid: shell, parent: parent, time: 11,
                exe: "/usr/bin/a rather long name of a program", exeArgs: "-c \"echo ü\"", uid: -1,
                userName: "www-data", gid: 33, groupName: "www", tty: true,
                containerID: "0123456789ab", entry: true, cwd: "/srv",
                env: ["PATH=/bin", "LANG=C.UTF-8", ""])),
        .file(
            File(
                state: .reup, oid: passwd, time: 12, resourceType: 102, path: "/etc/passwd",
                containerID: "0123456789ab")),
        .file(
            File(
                state: .created, oid: copy, time: 13, resourceType: 63, path: "/tmp/päss wörd",
                containerID: nil)),
    ]

    static let flows: [Record] = [
        .processEvent(
            ProcessEvent(
                process: shell, time: 20, tid: 4243, operations: .exec, args: ["a", "b c"],
                result: -13)),
        .networkFlow(networkFlow(source: 0x7f00_0001, destination: 0xc000_02ff)),
        .fileFlow(
            FileFlow(
                process: shell, time: 22, tid: 4242, operations: [.open, .readReceive, .close],
                openFlags: [.readWrite, .create, .closeOnExec], endTime: 1_700_000_000_000_000_022,
                file: passwd, fd: -1,
                volume: Volume(
                    readOperations: 2, writeOperations: 0, readBytes: .max, writeBytes: 0))),
        .fileEvent(
            FileEvent(
                process: shell, time: 23, tid: 4242, operations: .rename, file: passwd, result: 0,
                newFile: copy)),
        .fileEvent(
            FileEvent(
                process: shell, time: 24, tid: 4242, operations: .unlink, file: copy, result: -2)),
        .processFlow(
            ProcessFlow(
                process: shell, time: 25, threadsCloned: 4, operations: [.clone, .exit],
                endTime: 26, threadsExited: 3, cloneErrors: 1)),
        .kubernetesEvent(
            KubernetesEvent(kind: 2, action: 1, time: 27, message: "{\"a\":\"\\u0000\"}")),
    ]

    static let networkEvent = Record.networkEvent(
        NetworkEvent(
            process: shell, time: 28, tid: 4242, operations: .connect,
            source: IPAddress(v4: 0x0a00_0001), sourcePort: 65535,
            destination: IPAddress(v4: 0xffff_ffff), destinationPort: 1, proto: 17, result: -111))

    static func networkFlow(source: UInt32, destination: UInt32) -> NetworkFlow {
        NetworkFlow(
            process: shell, time: 21, tid: 4242, operations: [.connect, .writeSend], endTime: 22,
            source: IPAddress(v4: source), sourcePort: 40556,
            destination: IPAddress(v4: destination), destinationPort: 443, proto: 6, fd: 7,
            volume: Volume(readOperations: 1, writeOperations: 2, readBytes: 300, writeBytes: 4000))
    }

    static let fixedMarker: [16 of UInt8] = [
        0xf0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0x0f,
    ]
}

/// The bytes of a file that holds `records`.
func written(
    _ records: [Record], dialect: Dialect = .sysflow, codec: Codec = .deflate,
    syncInterval: Int = 80_000
) -> [UInt8] {
    var writer = RecordWriter(
        dialect: dialect, codec: codec, syncInterval: syncInterval, includesNetworkEvents: true,
        marker: Samples.fixedMarker)
    for record in records { writer.append(record) }
    writer.finishBlock()
    return writer.takeOutput()
}
