package org.understudy.iso8583;

import org.jpos.iso.AsciiHexInterpreter;
import org.jpos.iso.AsciiInterpreter;
import org.jpos.iso.AsciiPrefixer;
import org.jpos.iso.BCDInterpreter;
import org.jpos.iso.BcdPrefixer;
import org.jpos.iso.BinaryInterpreter;
import org.jpos.iso.IFA_BITMAP;
import org.jpos.iso.IFB_BITMAP;
import org.jpos.iso.ISOBasePackager;
import org.jpos.iso.ISOBinaryFieldPackager;
import org.jpos.iso.ISOFieldPackager;
import org.jpos.iso.ISOStringFieldPackager;
import org.jpos.iso.Interpreter;
import org.jpos.iso.LiteralBinaryInterpreter;
import org.jpos.iso.LiteralInterpreter;
import org.jpos.iso.NullPadder;
import org.jpos.iso.NullPrefixer;
import org.jpos.iso.Prefixer;

/** The fields of both variants in jPOS's words, written from the formats document. */
final class Packagers {
    /** How digits of an odd number are aligned in the BCD variant. */
    enum Align { LEFT, RIGHT }

    private final ISOFieldPackager[] fields = new ISOFieldPackager[129];
    private final boolean bcd;

    private Packagers(boolean bcd) {
        this.bcd = bcd;
        digits(0, 4, 0, Align.RIGHT);
        fields[1] = bcd ? new IFB_BITMAP(16, "bitmap") : new IFA_BITMAP(16, "bitmap");
        digits(2, 19, 2, Align.LEFT);
        for (int number : new int[] {3, 11, 12}) {
            digits(number, 6, 0, Align.RIGHT);
        }
        digits(4, 12, 0, Align.RIGHT);
        for (int number : new int[] {13, 14, 15}) {
            digits(number, 4, 0, Align.RIGHT);
        }
        digits(22, 3, 0, Align.LEFT);
        digits(23, 3, 0, Align.RIGHT);
        digits(25, 2, 0, Align.RIGHT);
        digits(32, 11, 2, Align.LEFT);
        digits(35, 37, 2, Align.LEFT);
        text(37, 12, 0);
        text(38, 6, 0);
        text(39, 2, 0);
        text(41, 8, 0);
        text(42, 15, 0);
        text(44, 25, 2);
        digits(48, 972, 3, Align.LEFT);
        text(49, 3, 0);
        octets(52, 8, 0);
        text(54, 120, 3);
        octets(55, 255, 3);
        digits(60, 11, 3, Align.LEFT);
        text(61, 12, 3);
        octets(62, 16, 3);
        octets(64, 8, 0);
        digits(90, 42, 0, Align.RIGHT);
        octets(128, 8, 0);
    }

    static ISOBasePackager of(boolean bcd) {
        ISOFieldPackager[] fields = new Packagers(bcd).fields;
        ISOBasePackager packager = new ISOBasePackager() { };
        packager.setFieldPackager(fields);
        return packager;
    }

    /** Digits; `=` too, where track 2 has it. */
    private void digits(int number, int length, int prefix, Align align) {
        Interpreter packed =
            align == Align.LEFT ? BCDInterpreter.RIGHT_PADDED : BCDInterpreter.LEFT_PADDED;
        Interpreter interpreter = bcd ? packed : AsciiInterpreter.INSTANCE;
        fields[number] = new ISOStringFieldPackager(
            length, "", NullPadder.INSTANCE, interpreter, prefixer(prefix));
    }

    private void text(int number, int length, int prefix) {
        fields[number] = new ISOStringFieldPackager(
            length, "", NullPadder.INSTANCE, LiteralInterpreter.INSTANCE, prefixer(prefix));
    }

    private void octets(int number, int length, int prefix) {
        BinaryInterpreter interpreter =
            bcd ? LiteralBinaryInterpreter.INSTANCE : AsciiHexInterpreter.INSTANCE;
        fields[number] =
            new ISOBinaryFieldPackager(length, "", interpreter, prefixer(prefix));
    }

    private Prefixer prefixer(int digits) {
        switch (digits) {
            case 2:
                return bcd ? BcdPrefixer.LL : AsciiPrefixer.LL;
            case 3:
                return bcd ? BcdPrefixer.LLL : AsciiPrefixer.LLL;
            default:
                return NullPrefixer.INSTANCE;
        }
    }
}
