/// Docker's record of a container: `CONTAINERS/ID/config.v2.json` and `hostconfig.json`.
struct DockerContainer: Decodable {
    struct Config: Decodable {
        var image: String?
        var labels: [String: String]?

        private enum CodingKeys: String, CodingKey {
            case image = "Image"
            case labels = "Labels"
        }
    }
    struct State: Decodable {
        var running: Bool?
        var pid: Int32?

        private enum CodingKeys: String, CodingKey {
            case running = "Running"
            case pid = "Pid"
        }
    }
    struct HostConfig: Decodable {
        var privileged: Bool?

        private enum CodingKeys: String, CodingKey { case privileged = "Privileged" }
    }

    var id: String
    var name: String?
    var imageID: String?
    var config: Config?
    var state: State?

    private enum CodingKeys: String, CodingKey {
        case id = "ID"
        case name = "Name"
        case imageID = "Image"
        case config = "Config"
        case state = "State"
    }

    static func read(
        _ files: HostFiles, directory: String
    ) throws(StateProblem) -> ContainerFragment? {
        guard let own = try files.json(directory + "/config.v2.json", as: DockerContainer.self)
        else { return nil }
        var fragment = ContainerFragment(id: own.id, runtime: .docker)
        WorkloadAnnotations.apply(own.config?.labels ?? [:], to: &fragment)
        fragment.runtime = .docker
        if fragment.name == nil {
            fragment.name = own.name.map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 }
        }
        fragment.image = own.config?.image ?? fragment.image
        fragment.imageID = own.imageID
        if own.state?.running == true, let pid = own.state?.pid, pid > 0 { fragment.initPID = pid }
        let host = try? files.json(directory + "/hostconfig.json", as: HostConfig.self)
        fragment.privileged = host?.privileged ?? false
        return fragment
    }
}
