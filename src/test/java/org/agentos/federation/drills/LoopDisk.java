package org.agentos.federation.drills;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A disk of its own: an ext4 file system in an image file behind a loop device. The image holds what the kernel has written to
 * the device; what is only in the page cache is not in it, as after a power cut.
 */
final class LoopDisk implements AutoCloseable {
    private static final int COPIES = 20;

    private final Path image;
    private final String device;
    private final Path root;

    private LoopDisk(Path image, String device, Path root) {
        this.image = image;
        this.device = device;
        this.root = root;
    }

    /**
     * Makes a disk and mounts it.
     *
     * @throws IOException where that needs rights or devices that are not there
     */
    static LoopDisk make(Path image, long bytes) throws IOException, InterruptedException {
        Shell.must("truncate", "-s", Long.toString(bytes), image.toString());
        Shell.must("mkfs.ext4", "-q", "-F", image.toString());
        return mount(image);
    }

    /** Mounts the disk that an image holds; the file system's own recovery runs. */
    static LoopDisk mount(Path image) throws IOException, InterruptedException {
        String device = Shell.must("losetup", "--find", "--show", image.toString());
        Path root = Files.createDirectories(image.resolveSibling(image.getFileName() + ".mounted"));
        try {
            Shell.must("mount", device, root.toString());
        } catch (IOException e) {
            Shell.run("losetup", "--detach", device);
            throw e;
        }
        return new LoopDisk(image, device, root);
    }

    Path root() {
        return root;
    }

    /**
     * Copies the image as it is at one moment. Nobody may write files meanwhile; should the kernel write out something of its own
     * accord, the copy is made again.
     */
    void copyTo(Path copy) throws IOException, InterruptedException {
        for (int i = 0; i < COPIES; i++) {
            Shell.must("cp", "--sparse=always", image.toString(), copy.toString());
            if (Shell.run("cmp", "--silent", image.toString(), copy.toString()).exitCode() == 0) {
                return;
            }
        }
        throw new IOException(image + " changed during each of " + COPIES + " copies");
    }

    @Override
    public void close() throws IOException, InterruptedException {
        Shell.must("umount", root.toString());
        Shell.must("losetup", "--detach", device);
    }
}
