package org.understudy.iso8583;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jpos.iso.ISOException;
import org.jpos.iso.ISOMsg;
import org.jpos.iso.ISOUtil;
import org.junit.Test;

/** jPOS packs what we read and reads what we pack. */
public class PeerTest {
    private static final String[] VARIANTS = {"BCD", "ASCII"};
    private static final String[] TYPES = {
        "0100", "0110", "0200", "0210", "0220", "0230", "0400", "0410", "0500", "0510",
    };
    private static final String DIGITS = "0123456789";
    private static final String LETTERS = DIGITS + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    /** Number, shortest, longest, and characters; octets have none. */
    private static final Object[][] FIELDS = {
        {2, 1, 19, DIGITS}, {3, 6, 6, DIGITS}, {4, 12, 12, DIGITS}, {11, 6, 6, DIGITS},
        {12, 6, 6, DIGITS}, {13, 4, 4, DIGITS}, {14, 4, 4, DIGITS}, {15, 4, 4, DIGITS},
        {22, 3, 3, DIGITS}, {23, 3, 3, DIGITS}, {25, 2, 2, DIGITS}, {32, 1, 11, DIGITS},
        {35, 1, 37, DIGITS + "="}, {37, 12, 12, LETTERS}, {38, 6, 6, LETTERS}, {39, 2, 2, LETTERS},
        {41, 8, 8, LETTERS + " -."}, {42, 15, 15, LETTERS + " -."}, {44, 1, 25, LETTERS + " "},
        {48, 1, 972, DIGITS}, {49, 3, 3, LETTERS}, {52, 8, 8, null}, {54, 1, 120, LETTERS},
        {55, 1, 255, null}, {60, 1, 11, DIGITS}, {61, 1, 12, LETTERS}, {62, 1, 16, null},
        {64, 8, 8, null}, {90, 42, 42, DIGITS}, {128, 8, 8, null},
    };

    @Test
    public void jposReadsWhatWePackAndPacksTheSame() throws Exception {
        for (String variant : VARIANTS) {
            List<String> lines = peer("samples", variant, List.of());
            assertEquals(26, lines.size());
            int chips = 0;
            for (String line : lines) {
                String[] words = line.split(" ");
                ISOMsg message = new ISOMsg();
                message.setPackager(Packagers.of(variant.equals("BCD")));
                byte[] octets = ISOUtil.hex2byte(words[0]);
                assertEquals(octets.length, message.unpack(octets));
                assertEquals(line, described(words[0], message));
                chips += message.hasField(55) ? 1 : 0;
                assertEquals(words[0], ISOUtil.hexString(message.pack()));
            }
            assertTrue(chips >= 6);
        }
    }

    @Test
    public void weReadWhatJposPacks() throws Exception {
        Random random = new Random(8583);
        for (String variant : VARIANTS) {
            List<String> input = new ArrayList<>();
            List<String> expected = new ArrayList<>();
            for (int round = 0; round < 2000; round++) {
                ISOMsg message = any(random, round);
                message.setPackager(Packagers.of(variant.equals("BCD")));
                String octets = ISOUtil.hexString(message.pack());
                input.add(octets);
                expected.add(described(octets, message));
            }
            assertEquals(expected, peer("read", variant, input));
        }
    }

    /** A message of some type with some fields; each field alone comes first. */
    private static ISOMsg any(Random random, int round) throws ISOException {
        ISOMsg message = new ISOMsg();
        message.setMTI(TYPES[random.nextInt(TYPES.length)]);
        for (int at = 0; at < FIELDS.length; at++) {
            boolean there = round < FIELDS.length ? at == round : random.nextInt(3) == 0;
            if (!there) {
                continue;
            }
            Object[] field = FIELDS[at];
            int number = (Integer) field[0];
            int shortest = (Integer) field[1];
            int length = shortest + random.nextInt((Integer) field[2] - shortest + 1);
            if (field[3] == null) {
                byte[] octets = new byte[length];
                random.nextBytes(octets);
                message.set(number, octets);
            } else {
                message.set(number, characters(random, (String) field[3], length));
            }
        }
        return message;
    }

    private static String characters(Random random, String alphabet, int length) {
        StringBuilder text = new StringBuilder();
        for (int at = 0; at < length; at++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    /** As the example `peer` describes a message. */
    private static String described(String octets, ISOMsg message) throws ISOException {
        StringBuilder line = new StringBuilder(octets + " " + message.getMTI());
        Map<Integer, byte[]> fields = new TreeMap<>();
        for (int number = 2; number <= 128; number++) {
            if (message.hasField(number)) {
                fields.put(number, message.getBytes(number));
            }
        }
        for (Map.Entry<Integer, byte[]> field : fields.entrySet()) {
            line.append(" ").append(field.getKey()).append("=");
            line.append(ISOUtil.hexString(field.getValue()));
        }
        return line.toString();
    }

    private static List<String> peer(String verb, String variant, List<String> input)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
            new ProcessBuilder(System.getProperty("acquiring.peer"), verb, variant);
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        Process process = builder.start();
        try (OutputStream out = process.getOutputStream()) {
            out.write(String.join("\n", input).getBytes(StandardCharsets.US_ASCII));
        }
        String output =
            new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertEquals(0, process.waitFor());
        return List.of(output.split("\n"));
    }
}
