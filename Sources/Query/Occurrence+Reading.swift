internal import SysFlow

// Every attribute is read here and nowhere else: `test` is called with its value, or with each
// element of a list until it says true.

/// Whether the test held of some element; nil where there is nothing to test.
typealias Finding = Bool?

extension Occurrence {
    @inline(__always)
    func any(
        _ attribute: Attribute, _ tables: borrowing EntityTables, _ number: Int,
        _ test: (Scalar) -> Bool
    ) -> Finding {
        switch attribute {
        case .number: test(.number(Int64(number)))
        case .version: test(.text("4"))
        case .type: test(.text(kind.code[...]))
        case .operations: operations.map { anyName(of: $0, test) }
        case .operationBits: operations.map { test(.number(Int64($0.rawValue))) }
        case .result: result.map { test(.number(Int64($0))) }
        case .start, .startNanoseconds: test(.number(time))
        case .end, .endNanoseconds: endTime.map { test(.number($0)) }
        case .processTID: tid.map { test(.number($0)) }
        case .state, .processPID, .processUID, .processUser, .processGID, .processGroup,
            .processDirectory, .processExecutable, .processArguments, .processTTY, .processEntry,
            .processEnvironment, .processCreated, .processName, .processCommandLine:
            anyOfProcess(attribute, tables, test)
        case .ancestorPIDs, .ancestorNames, .ancestorExecutables, .ancestorCommandLines:
            anyOfAncestors(attribute, tables, test)
        case .parentPID, .parentGID, .parentUID, .parentGroup, .parentTTY, .parentEntry,
            .parentEnvironment, .parentUser, .parentDirectory, .parentExecutable,
            .parentArguments, .parentCreated, .parentName, .parentCommandLine:
            anyOfParent(attribute, tables, test)
        case .fileDescriptor, .filePath, .fileNewPath, .fileType, .fileOpenFlags, .fileName,
            .fileDirectory, .fileNewName, .fileNewDirectory, .fileIsOpenWrite, .fileIsOpenRead:
            anyOfFile(attribute, tables, test)
        case .networkProtocol, .sourcePort, .destinationPort, .sourceAddress,
            .destinationAddress, .anyPort, .anyAddress:
            endpoints.map { Self.any(attribute, of: $0, test) }
        case .resource: resource(tables).map { test(.text($0)) }
        case .readBytes: volume.map { test(.number($0.readBytes)) }
        case .readOperations: volume.map { test(.number($0.readOperations)) }
        case .writtenBytes: volume.map { test(.number($0.writeBytes)) }
        case .writeOperations: volume.map { test(.number($0.writeOperations)) }
        case .threadsCloned: threads.map { test(.number($0.cloned)) }
        case .threadsExited: threads.map { test(.number($0.exited)) }
        case .threadErrors: threads.map { test(.number($0.errors)) }
        case .containerID, .containerName, .containerImageID, .containerImage, .containerType,
            .containerPrivileged:
            anyOfContainer(attribute, tables, test)
        case .podID, .podName, .podNode, .podHostAddresses, .podAddresses, .podNamespace,
            .podRestarts, .podServices:
            anyOfPod(attribute, tables, test)
        case .nodeID, .nodeAddress, .traceFile, .schema:
            Self.any(attribute, of: tables.header, test)
        case .tags: nil
        case .kubernetesAction, .kubernetesKind, .kubernetesMessage:
            tables.kubernetesEvent(of: self).flatMap { Self.any(attribute, of: $0, test) }
        case .verdictDimension, .verdictOutcome, .verdictAccess, .verdictObject, .verdictProfile:
            tables.verdict(of: self).map { Self.any(attribute, of: $0, test) }
        case .lossKind, .lossCause, .lossCount:
            tables.loss(of: self).map { Self.any(attribute, of: $0, test) }
        }
    }

    private func anyName(of operations: Operations, _ test: (Scalar) -> Bool) -> Bool {
        for flag in Flags.operations where operations.contains(flag.bit) {
            if test(.text(flag.name[...])) { return true }
        }
        return false
    }

    // MARK: Processes

    @inline(never)
    private func anyOfProcess(
        _ attribute: Attribute, _ tables: borrowing EntityTables, _ test: (Scalar) -> Bool
    ) -> Finding {
        guard let place = process else {
            // As the public tools have it: the state is then the file's.
            guard attribute == .state, let file else { return nil }
            return test(.text(tables.files.values[Int(file.slot)].state.symbol[...]))
        }
        return Self.any(ProcessAspect(attribute), of: Int(place.slot), tables, test)
    }

    @inline(never)
    private func anyOfParent(
        _ attribute: Attribute, _ tables: borrowing EntityTables, _ test: (Scalar) -> Bool
    ) -> Finding {
        guard let place = parent else { return nil }
        return Self.any(ProcessAspect(attribute), of: Int(place.slot), tables, test)
    }

    private static func any(
        _ aspect: ProcessAspect, of slot: Int, _ tables: borrowing EntityTables,
        _ test: (Scalar) -> Bool
    ) -> Finding {
        let processes = tables.processes.values
        switch aspect {
        case .state: return test(.text(processes[slot].state.symbol[...]))
        case .pid: return test(.number(processes[slot].oid.hostPID))
        case .uid: return test(.number(Int64(processes[slot].uid)))
        case .user: return test(.text(processes[slot].userName[...]))
        case .gid: return test(.number(Int64(processes[slot].gid)))
        case .group: return test(.text(processes[slot].groupName[...]))
        case .directory: return test(.text(processes[slot].cwd[...]))
        case .executable: return test(.text(processes[slot].exe[...]))
        case .arguments: return test(.text(processes[slot].exeArgs[...]))
        case .tty: return test(.flag(processes[slot].tty))
        case .entry: return processes[slot].entry.map { test(.flag($0)) }
        case .environment:
            for text in processes[slot].env where test(.text(text[...])) { return true }
            return false
        case .created: return test(.number(processes[slot].oid.createTime))
        case .name: return test(.text(PathText.name(of: processes[slot].exe)))
        case .commandLine: return test(.text(processes[slot].commandLine[...]))
        }
    }

    @inline(never)
    private func anyOfAncestors(
        _ attribute: Attribute, _ tables: borrowing EntityTables, _ test: (Scalar) -> Bool
    ) -> Finding {
        guard let place = process else { return nil }
        var slot = place.slot
        for _ in 0..<EntityLimits.ancestors {
            if Self.any(ProcessAspect(attribute), of: Int(slot), tables, test) == true {
                return true
            }
            guard let next = tables.parent(of: slot) else { break }
            slot = next
        }
        return false
    }
}

/// What is asked of a process, be it the acting one or one of its ancestors.
private enum ProcessAspect {
    case state, pid, uid, user, gid, group, directory, executable, arguments, tty, entry
    case environment, created, name, commandLine

    init(_ attribute: Attribute) {
        self =
            switch attribute {
            case .processPID, .parentPID, .ancestorPIDs: .pid
            case .processUID, .parentUID: .uid
            case .processUser, .parentUser: .user
            case .processGID, .parentGID: .gid
            case .processGroup, .parentGroup: .group
            case .processDirectory, .parentDirectory: .directory
            case .processExecutable, .parentExecutable, .ancestorExecutables: .executable
            case .processArguments, .parentArguments: .arguments
            case .processTTY, .parentTTY: .tty
            case .processEntry, .parentEntry: .entry
            case .processEnvironment, .parentEnvironment: .environment
            case .processCreated, .parentCreated: .created
            case .processName, .parentName, .ancestorNames: .name
            case .processCommandLine, .parentCommandLine, .ancestorCommandLines: .commandLine
            default: .state
            }
    }
}

extension Process {
    var commandLine: String { exeArgs.isEmpty ? exe : exe + " " + exeArgs }
}
