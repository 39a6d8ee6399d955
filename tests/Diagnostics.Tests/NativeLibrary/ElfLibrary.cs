using System.Buffers.Binary;
using System.Text;

namespace TrainingDoctor.Tests.NativeLibrary;

/// <summary>Builds the smallest 64-bit ELF file that requires symbol versions, so that each record's place is known.</summary>
internal static class ElfLibrary
{
    private const int HeaderLength = 64;
    private const int NeedLength = 16;

    /// <summary>Writes a file header, the version records, their names and three section headers (null, .gnu.version_r, .dynstr).</summary>
    /// <param name="required">Libraries with the versions required of each.</param>
    /// <returns>The file and, per version's name, the offset of its flags.</returns>
    public static (byte[] Image, Dictionary<string, int> Flags) Requiring(params (string Library, string[] Versions)[] required)
    {
        var strings = new MemoryStream();
        strings.WriteByte(0);
        var needs = new MemoryStream();
        var flags = new Dictionary<string, int>();
        foreach (var (library, versions) in required)
        {
            bool last = library == required[^1].Library;
            Write(needs, 1, 2); // vn_version
            Write(needs, versions.Length, 2); // vn_cnt
            Write(needs, AddString(strings, library), 4); // vn_file
            Write(needs, NeedLength, 4); // vn_aux
            Write(needs, last ? 0 : NeedLength * (1 + versions.Length), 4); // vn_next
            foreach (string version in versions)
            {
                Write(needs, 0x12345678, 4); // vna_hash
                flags[version] = HeaderLength + (int)needs.Position;
                Write(needs, 0, 2); // vna_flags
                Write(needs, 2, 2); // vna_other
                Write(needs, AddString(strings, version), 4); // vna_name
                Write(needs, version == versions[^1] ? 0 : NeedLength, 4); // vna_next
            }
        }

        long stringsAt = HeaderLength + needs.Length;
        long headersAt = stringsAt + strings.Length;
        var file = new MemoryStream();
        file.Write([0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1]);
        file.SetLength(HeaderLength + needs.Length + strings.Length);
        file.Position = HeaderLength;
        needs.WriteTo(file);
        strings.WriteTo(file);
        file.Write(new byte[HeaderLength]); // the null section
        WriteSection(file, 0x6ffffffe, HeaderLength, needs.Length, link: 2, info: required.Length);
        WriteSection(file, 3, stringsAt, strings.Length, link: 0, info: 0);

        byte[] image = file.ToArray();
        BinaryPrimitives.WriteInt64LittleEndian(image.AsSpan(40), headersAt);
        BinaryPrimitives.WriteInt16LittleEndian(image.AsSpan(58), HeaderLength);
        BinaryPrimitives.WriteInt16LittleEndian(image.AsSpan(60), 3);
        return (image, flags);
    }

    /// <summary>Gets the offset of the section header of .gnu.version_r.</summary>
    public static int NeedHeader(byte[] image) => (int)BinaryPrimitives.ReadInt64LittleEndian(image.AsSpan(40)) + HeaderLength;

    private static void WriteSection(MemoryStream file, uint type, long offset, long length, int link, int info)
    {
        Write(file, 0, 4);
        Write(file, type, 4);
        Write(file, 0, 8);
        Write(file, 0, 8);
        Write(file, offset, 8);
        Write(file, length, 8);
        Write(file, link, 4);
        Write(file, info, 4);
        Write(file, 8, 8);
        Write(file, 0, 8);
    }

    private static int AddString(MemoryStream strings, string text)
    {
        int at = (int)strings.Position;
        strings.Write(Encoding.ASCII.GetBytes(text + "\0"));
        return at;
    }

    private static void Write(MemoryStream stream, long value, int bytes)
    {
        for (int i = 0; i < bytes; i++)
        {
            stream.WriteByte((byte)(value >> (8 * i)));
        }
    }
}
