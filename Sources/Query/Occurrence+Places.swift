internal import SysFlow

// The attributes of files, connections, containers, pods and headers.

extension Occurrence {
    @inline(never)
    func anyOfFile(
        _ attribute: Attribute, _ tables: borrowing EntityTables, _ test: (Scalar) -> Bool
    ) -> Finding {
        let files = tables.files.values
        switch attribute {
        case .fileDescriptor: return fd.map { test(.number(Int64($0))) }
        case .fileOpenFlags:
            return openFlags.map { flags in
                for flag in Flags.open where Flags.holds(flag.bit, in: flags) {
                    if test(.text(flag.name[...])) { return true }
                }
                return false
            }
        case .fileIsOpenWrite: return openFlags.map { test(.flag($0.canWrite)) }
        case .fileIsOpenRead: return openFlags.map { test(.flag($0.canRead)) }
        case .fileNewPath, .fileNewName, .fileNewDirectory:
            guard let place = newFile else { return nil }
            let slot = Int(place.slot)
            return switch attribute {
            case .fileNewName: test(.text(PathText.name(of: files[slot].path)))
            case .fileNewDirectory: test(.text(PathText.directory(of: files[slot].path)))
            default: test(.text(files[slot].path[...]))
            }
        default:
            guard let place = file else { return nil }
            let slot = Int(place.slot)
            return switch attribute {
            case .fileType: test(.text(files[slot].typeText[...]))
            case .fileName: test(.text(PathText.name(of: files[slot].path)))
            case .fileDirectory: test(.text(PathText.directory(of: files[slot].path)))
            default: test(.text(files[slot].path[...]))
            }
        }
    }

    @inline(never)
    static func any(
        _ attribute: Attribute, of endpoints: Endpoints, _ test: (Scalar) -> Bool
    ) -> Bool {
        switch attribute {
        case .networkProtocol: test(.number(Int64(endpoints.proto)))
        case .sourcePort: test(.number(Int64(endpoints.sourcePort)))
        case .destinationPort: test(.number(Int64(endpoints.destinationPort)))
        case .anyPort:
            test(.number(Int64(endpoints.sourcePort)))
                || test(.number(Int64(endpoints.destinationPort)))
        case .sourceAddress: test(.text(endpoints.source.description[...]))
        case .destinationAddress: test(.text(endpoints.destination.description[...]))
        default:
            test(.text(endpoints.source.description[...]))
                || test(.text(endpoints.destination.description[...]))
        }
    }

    /// The file or files, or `source:port-destination:port`.
    func resource(_ tables: borrowing EntityTables) -> Substring? {
        if let endpoints { return endpoints.text[...] }
        if let verdict = tables.verdict(of: self) { return verdict.object[...] }
        if let loss = tables.loss(of: self) {
            return "\(loss.count) \(loss.kind): \(loss.cause)"[...]
        }
        switch (file, newFile) {
        case (nil, nil): return nil
        case (let place?, nil): return tables.files.values[Int(place.slot)].path[...]
        case (let place, let new?):
            let first = place.map { tables.files.values[Int($0.slot)].path } ?? ""
            return (first + ", " + tables.files.values[Int(new.slot)].path)[...]
        }
    }

    @inline(never)
    func anyOfContainer(
        _ attribute: Attribute, _ tables: borrowing EntityTables, _ test: (Scalar) -> Bool
    ) -> Finding {
        guard let place = container else { return nil }
        let containers = tables.containers.values
        let slot = Int(place.slot)
        return switch attribute {
        case .containerID: test(.text(containers[slot].id[...]))
        case .containerName: test(.text(containers[slot].name[...]))
        case .containerImageID: test(.text(containers[slot].imageID[...]))
        case .containerImage: test(.text(containers[slot].image[...]))
        case .containerType: test(.text(containers[slot].type.symbol[...]))
        default: test(.flag(containers[slot].privileged))
        }
    }

    @inline(never)
    func anyOfPod(
        _ attribute: Attribute, _ tables: borrowing EntityTables, _ test: (Scalar) -> Bool
    ) -> Finding {
        guard let place = pod else { return nil }
        let pods = tables.pods.values
        let slot = Int(place.slot)
        switch attribute {
        case .podID: return test(.text(pods[slot].id[...]))
        case .podName: return test(.text(pods[slot].name[...]))
        case .podNode: return test(.text(pods[slot].nodeName[...]))
        case .podNamespace: return test(.text(pods[slot].namespace[...]))
        case .podRestarts: return test(.number(pods[slot].restartCount))
        case .podHostAddresses: return Self.any(pods[slot].hostIP, test)
        case .podAddresses: return Self.any(pods[slot].internalIP, test)
        default:
            for service in pods[slot].services where test(.text(service.name[...])) {
                return true
            }
            return false
        }
    }

    private static func any(_ addresses: [Int64], _ test: (Scalar) -> Bool) -> Bool {
        for address in addresses where test(.text(IPAddress(podAddress: address).description[...]))
        {
            return true
        }
        return false
    }

    static func any(
        _ attribute: Attribute, of header: Header?, _ test: (Scalar) -> Bool
    ) -> Finding {
        guard let header else { return nil }
        return switch attribute {
        case .nodeID: test(.text(header.exporter[...]))
        case .nodeAddress: test(.text(header.ip[...]))
        case .traceFile: test(.text(header.filename[...]))
        default: test(.number(header.version))
        }
    }

    static func any(
        _ attribute: Attribute, of verdict: VerdictRecord, _ test: (Scalar) -> Bool
    ) -> Bool {
        switch attribute {
        case .verdictDimension: return test(.text(verdict.dimension[...]))
        case .verdictOutcome: return test(.text(verdict.outcome[...]))
        case .verdictObject: return test(.text(verdict.object[...]))
        case .verdictProfile: return test(.text(verdict.profile[...]))
        default:
            for access in verdict.access where test(.text(access[...])) { return true }
            return false
        }
    }

    static func any(
        _ attribute: Attribute, of loss: Loss, _ test: (Scalar) -> Bool
    ) -> Bool {
        switch attribute {
        case .lossKind: test(.text(loss.kind[...]))
        case .lossCause: test(.text(loss.cause[...]))
        default: test(.number(loss.count))
        }
    }

    static func any(
        _ attribute: Attribute, of event: KubernetesEvent, _ test: (Scalar) -> Bool
    ) -> Finding {
        switch attribute {
        case .kubernetesAction: event.actionSymbol.map { test(.text($0[...])) }
        case .kubernetesKind: event.kindSymbol.map { test(.text($0[...])) }
        default: test(.text(event.message[...]))
        }
    }
}
