import Foundation

/// Who a container is, by the annotations and labels that runtimes and the kubelet's
/// interface to them write.
///
/// Source: containerd `internal/cri/annotations`, CRI-O `pkg/annotations`, cri-dockerd
/// labels, OCI image annotations, nerdctl labels.
enum WorkloadAnnotations {
    static func apply(_ values: [String: String], to fragment: inout ContainerFragment) {
        applyContainerd(values, to: &fragment)
        applyCRIO(values, to: &fragment)
        applyKubeletLabels(values, to: &fragment)
        fragment.name = fragment.name ?? values["nerdctl/name"]
        fragment.image = fragment.image ?? values["org.opencontainers.image.ref.name"]
        switch values["io.container.manager"] {
        case "libpod": fragment.runtime = .podman
        case "cri-o": fragment.runtime = .crio
        default: break
        }
        for (key, value) in values where !isInternal(key) { fragment.labels[key] = value }
    }

    private static func applyContainerd(
        _ values: [String: String], to fragment: inout ContainerFragment
    ) {
        let cri = "io.kubernetes.cri."
        guard let type = values[cri + "container-type"] else { return }
        fragment.isPodSandbox = type == "sandbox"
        fragment.name = values[cri + "container-name"] ?? fragment.name
        fragment.image = values[cri + "image-name"] ?? fragment.image
        fragment.sandboxID = values[cri + "sandbox-id"]
        fragment.podName = values[cri + "sandbox-name"]
        fragment.podNamespace = values[cri + "sandbox-namespace"]
        fragment.podUID = values[cri + "sandbox-uid"]
    }

    private static func applyCRIO(
        _ values: [String: String], to fragment: inout ContainerFragment
    ) {
        let crio = "io.kubernetes.cri-o."
        guard let type = values[crio + "ContainerType"] else { return }
        fragment.runtime = .crio
        fragment.isPodSandbox = type == "sandbox"
        fragment.image = values[crio + "ImageName"] ?? values[crio + "Image"] ?? fragment.image
        fragment.imageID = values[crio + "ImageRef"] ?? fragment.imageID
        fragment.sandboxID = values[crio + "SandboxID"]
        fragment.podName = values[crio + "KubeName"]
        fragment.podNamespace = values[crio + "Namespace"]
        if values[crio + "PrivilegedRuntime"] == "true", !fragment.isPodSandbox {
            fragment.privileged = true
        }
        if let labels = values[crio + "Labels"].flatMap(decodeLabels) {
            fragment.labels.merge(labels) { own, _ in own }
            applyKubeletLabels(labels, to: &fragment)
        }
    }

    private static func applyKubeletLabels(
        _ values: [String: String], to fragment: inout ContainerFragment
    ) {
        fragment.name = values["io.kubernetes.container.name"] ?? fragment.name
        fragment.podName = values["io.kubernetes.pod.name"] ?? fragment.podName
        fragment.podNamespace = values["io.kubernetes.pod.namespace"] ?? fragment.podNamespace
        fragment.podUID = values["io.kubernetes.pod.uid"] ?? fragment.podUID
        fragment.sandboxID = values["io.kubernetes.sandbox.id"] ?? fragment.sandboxID
        if values["io.kubernetes.docker.type"] == "podsandbox" { fragment.isPodSandbox = true }
    }

    private static func decodeLabels(_ json: String) -> [String: String]? {
        try? JSONDecoder().decode([String: String].self, from: Data(json.utf8))
    }

    /// Bookkeeping of the runtimes: long, and never what a profile selects by.
    private static func isInternal(_ key: String) -> Bool {
        key == "bundle" || key == "io.container.manager" || key.hasPrefix("io.kubernetes.cri.")
            || key.hasPrefix("io.kubernetes.cri-o.") || key.hasPrefix("io.podman.annotations.")
    }
}
