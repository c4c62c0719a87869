/// Docker's record of a container: `CONTAINERS/ID/config.v2.json` and `hostconfig.json`.
struct DockerContainer: Decodable {
    struct Config: Decodable {
        var Image: String?
        var Labels: [String: String]?
    }
    struct State: Decodable {
        var Running: Bool?
        var Pid: Int32?
    }
    struct HostConfig: Decodable { var Privileged: Bool? }

    var ID: String
    var Name: String?
    var Image: String?
    var Config: Config?
    var State: State?

    static func read(
        _ files: HostFiles, directory: String
    ) throws(StateProblem) -> ContainerFragment? {
        guard let own = try files.json(directory + "/config.v2.json", as: DockerContainer.self)
        else { return nil }
        var fragment = ContainerFragment(id: own.ID, runtime: .docker)
        WorkloadAnnotations.apply(own.Config?.Labels ?? [:], to: &fragment)
        fragment.runtime = .docker
        if fragment.name == nil {
            fragment.name = own.Name.map { $0.hasPrefix("/") ? String($0.dropFirst()) : $0 }
        }
        fragment.image = own.Config?.Image ?? fragment.image
        fragment.imageID = own.Image
        if own.State?.Running == true, let pid = own.State?.Pid, pid > 0 { fragment.initPID = pid }
        let host = try? files.json(directory + "/hostconfig.json", as: HostConfig.self)
        fragment.privileged = host?.Privileged ?? false
        return fragment
    }
}
