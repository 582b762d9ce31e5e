import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.commons.ClassRemapper;
import org.objectweb.asm.commons.Remapper;

/**
 * Copies a folder of class files and gives every class and method a name that R8 takes: names of
 * Kotlin's tests are sentences, which have spaces, commas and apostrophes.
 */
public final class PlainNames extends Remapper {
    public static void main(String[] folders) throws IOException {
        Path from = Path.of(folders[0]);
        Path to = Path.of(folders[1]);
        List<Path> files;
        try (Stream<Path> walk = Files.walk(from)) {
            files = walk.filter(file -> file.toString().endsWith(".class")).collect(Collectors.toList());
        }
        for (Path file : files) {
            ClassWriter writer = new ClassWriter(0);
            new ClassReader(Files.readAllBytes(file)).accept(new ClassRemapper(writer, new PlainNames()), 0);
            Path copy = to.resolve(plain(from.relativize(file).toString().replace(".class", "")) + ".class");
            Files.createDirectories(copy.getParent());
            Files.write(copy, writer.toByteArray());
        }
    }

    @Override
    public String map(String internalName) {
        return plain(internalName);
    }

    @Override
    public String mapMethodName(String owner, String name, String descriptor) {
        return plain(name);
    }

    private static String plain(String name) {
        return name.replaceAll("[^A-Za-z0-9_$/<>-]", "_");
    }
}
