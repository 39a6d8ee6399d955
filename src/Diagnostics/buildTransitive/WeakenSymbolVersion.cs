using System;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;

namespace TrainingDoctor.buildTransitive;

/// <summary>
/// Writes a copy of an ELF library in which one required symbol version is weak, so that the dynamic loader goes on without it instead of refusing to load.
/// </summary>
/// <remarks>
/// TorchSharp's native library asks for GLIBCXX_3.4.32 because of one symbol that nothing calls (_ZSt21ios_base_library_initv). Where the system's libstdc++
/// is older (Debian 12, Ubuntu 22.04), loading fails for that reason alone. MSBuild compiles this file where it is needed, against netstandard2.0.
/// </remarks>
public sealed class WeakenSymbolVersion : Microsoft.Build.Utilities.Task
{
    /// <summary>The library to read; it stays as it is.</summary>
    [Required]
    public string Library { get; set; } = string.Empty;

    /// <summary>The copy to write.</summary>
    [Required]
    public string Destination { get; set; } = string.Empty;

    /// <summary>The symbol version, e.g. GLIBCXX_3.4.32.</summary>
    [Required]
    public string SymbolVersion { get; set; } = string.Empty;

    /// <inheritdoc/>
    public override bool Execute()
    {
        try
        {
            byte[] image = File.ReadAllBytes(Library);
            int entries = RequiredVersions.Weaken(image, SymbolVersion);
            if (File.Exists(Destination) && File.ReadAllBytes(Destination).SequenceEqual(image))
            {
                return true;
            }

            // Deleted first: the old copy may be a hard link to the one beside a program that is running.
            File.Delete(Destination);
            File.WriteAllBytes(Destination, image);
            Log.LogMessage(MessageImportance.Normal, "{0}: {1} entries of {2} are weak in this copy of {3}.", Destination, entries, SymbolVersion, Library);
            return true;
        }
        catch (Exception exception) when (exception is InvalidDataException || exception is IOException || exception is UnauthorizedAccessException)
        {
            Log.LogError(
                null, "TDB0001", null, Library, 0, 0, 0, 0,
                "Could not mark {0} as weak: {1} Set TrainingDoctorWeakSymbolVersion=never to use the library as it is.", SymbolVersion, exception.Message);
            return false;
        }
    }
}

/// <summary>The symbol versions that an ELF library requires: its .gnu.version_r section.</summary>
/// <remarks>Layout: System V ABI, chapters "ELF header" and "Sections"; Linux Standard Base 5.0, "Symbol Versioning", Elfxx_Verneed and Elfxx_Vernaux.</remarks>
public static class RequiredVersions
{
    private const uint VersionNeedSection = 0x6ffffffe; // SHT_GNU_verneed
    private const ushort WeakFlag = 2; // VER_FLG_WEAK
    private const int FileHeaderLength = 64;
    private const int SectionHeaderLength = 64;

    /// <summary>Marks a required version as weak.</summary>
    /// <param name="image">A 64-bit little-endian ELF file; changed in place.</param>
    /// <param name="version">The version's name.</param>
    /// <returns>How many entries require this version: 0 when nothing asks for it.</returns>
    /// <exception cref="InvalidDataException">The file is no such ELF file, or is damaged; the message says where.</exception>
    public static int Weaken(byte[] image, string version)
    {
        if (image.Length < FileHeaderLength || image[0] != 0x7f || image[1] != 'E' || image[2] != 'L' || image[3] != 'F' || image[4] != 2 || image[5] != 1)
        {
            throw new InvalidDataException("expected a 64-bit little-endian ELF file.");
        }

        long headers = Offset(image, 40); // e_shoff
        int length = (int)Read(image, 58, 2); // e_shentsize
        long count = (long)Read(image, 60, 2); // e_shnum
        if (count > 0 && length < SectionHeaderLength)
        {
            throw new InvalidDataException("section headers of " + length + " bytes are too short.");
        }

        int entries = 0;
        for (long section = 0; section < count; section++)
        {
            long header = headers + (section * length);
            if (Read(image, header + 4, 4) == VersionNeedSection)
            {
                long names = (long)Read(image, header + 40, 4); // sh_link
                if (names >= count)
                {
                    throw new InvalidDataException("section " + section + " links to section " + names + " of " + count + ".");
                }

                long files = (long)Read(image, header + 44, 4); // sh_info
                entries += WeakenSection(image, Offset(image, header + 24), files, Offset(image, headers + (names * length) + 24), version);
            }
        }

        return entries;
    }

    private static int WeakenSection(byte[] image, long section, long files, long names, string version)
    {
        int found = 0;
        long file = section;
        for (long i = 0; i < files; i++)
        {
            long entries = (long)Read(image, file + 2, 2); // vn_cnt
            long entry = file + (long)Read(image, file + 8, 4); // vn_aux
            for (long j = 0; j < entries; j++)
            {
                if (IsName(image, names + (long)Read(image, entry + 8, 4), version)) // vna_name
                {
                    image[entry + 4] |= (byte)WeakFlag; // vna_flags
                    found++;
                }

                entry = Next(image, entry, entry + 12, j == entries - 1); // vna_next
            }

            file = Next(image, file, file + 12, i == files - 1); // vn_next
        }

        return found;
    }

    private static long Next(byte[] image, long record, long field, bool last)
    {
        long distance = (long)Read(image, field, 4);
        if (distance == 0 && !last)
        {
            throw new InvalidDataException("the list of required versions ends early, at offset " + record + ".");
        }

        return record + distance;
    }

    private static bool IsName(byte[] image, long offset, string name)
    {
        byte[] expected = Encoding.ASCII.GetBytes(name + "\0");
        CheckRange(image, offset, 1);
        return offset + expected.Length <= image.Length && expected.SequenceEqual(image.Skip((int)offset).Take(expected.Length));
    }

    private static long Offset(byte[] image, long field)
    {
        ulong offset = Read(image, field, 8);
        if (offset > (ulong)image.Length)
        {
            throw new InvalidDataException("the field at offset " + field + " points outside the file.");
        }

        return (long)offset;
    }

    private static ulong Read(byte[] image, long offset, int bytes)
    {
        CheckRange(image, offset, bytes);
        ulong value = 0;
        for (int i = bytes - 1; i >= 0; i--)
        {
            value = (value << 8) | image[offset + i];
        }

        return value;
    }

    private static void CheckRange(byte[] image, long offset, int bytes)
    {
        if (offset < 0 || offset > image.Length - bytes)
        {
            throw new InvalidDataException("a record points outside the file, to offset " + offset + ".");
        }
    }
}
