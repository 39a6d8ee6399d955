using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Marks one required symbol version of an ELF library as weak, so that the dynamic loader warns about its absence instead of refusing to load.
/// </summary>
/// <remarks>
/// TorchSharp's native library asks for GLIBCXX_3.4.32 because of one symbol that nothing calls (_ZSt21ios_base_library_initv). Where the system's libstdc++
/// is older (Debian 12, Ubuntu 22.04), loading fails for that reason alone. The flag is VER_FLG_WEAK in the vernaux record of .gnu.version_r
/// (System V ABI, "Symbol Versioning"; Linux Standard Base 5.0, section 10.7). Only the copy beside the program is changed, never the NuGet cache.
/// </remarks>
public class WeakenSymbolVersion : Task
{
    private const int VersionNeedSection = 0x6ffffffe;
    private const ushort WeakFlag = 2;

    /// <summary>The library to change.</summary>
    [Required]
    public string Library { get; set; } = string.Empty;

    /// <summary>The symbol version, e.g. GLIBCXX_3.4.32.</summary>
    [Required]
    public string SymbolVersion { get; set; } = string.Empty;

    /// <summary>The library that should define the version; nothing is done when the system's defines it.</summary>
    [Required]
    public string Provider { get; set; } = string.Empty;

    /// <inheritdoc/>
    public override bool Execute()
    {
        try
        {
            if (!File.Exists(Library) || SystemDefines(Provider, SymbolVersion))
            {
                return true;
            }

            var image = File.ReadAllBytes(Library);
            if (!Weaken(image, SymbolVersion))
            {
                return true;
            }

            // A new file takes the place of the old one, which may be a hard link into the NuGet cache; its time stays, so that incremental copies rest.
            var time = File.GetLastWriteTimeUtc(Library);
            string fresh = Library + ".weak";
            File.WriteAllBytes(fresh, image);
            File.SetLastWriteTimeUtc(fresh, time);
            File.Delete(Library);
            File.Move(fresh, Library);
            Log.LogMessage(MessageImportance.Normal, "{0}: marked {1} as weak, since {2} of this system does not define it.", Library, SymbolVersion, Provider);
            return true;
        }
        catch (Exception exception) when (exception is InvalidDataException || exception is IOException || exception is UnauthorizedAccessException)
        {
            Log.LogError("{0}: could not mark {1} as weak: {2}", Library, SymbolVersion, exception.Message);
            return false;
        }
    }

    /// <summary>Sets the weak flag of a version in .gnu.version_r.</summary>
    /// <param name="image">A 64-bit little-endian ELF file; changed in place.</param>
    /// <param name="version">The version's name.</param>
    /// <returns>Whether anything was changed: false when the version is not asked for or is weak already.</returns>
    /// <exception cref="InvalidDataException">The file is no such ELF file, or is damaged.</exception>
    public static bool Weaken(byte[] image, string version)
    {
        if (image.Length < 64 || image[0] != 0x7f || image[1] != 'E' || image[2] != 'L' || image[3] != 'F' || image[4] != 2 || image[5] != 1)
        {
            throw new InvalidDataException("expected a 64-bit little-endian ELF file.");
        }

        long sections = (long)Read(image, 40, 8);
        int size = (int)Read(image, 58, 2);
        int count = (int)Read(image, 60, 2);
        bool changed = false;
        for (int i = 0; i < count; i++)
        {
            long section = sections + ((long)i * size);
            if (Read(image, section + 4, 4) == VersionNeedSection)
            {
                long names = (long)Read(image, sections + ((long)Read(image, section + 40, 4) * size) + 24, 8);
                changed |= WeakenSection(image, (long)Read(image, section + 24, 8), (int)Read(image, section + 44, 4), names, version);
            }
        }

        return changed;
    }

    private static bool WeakenSection(byte[] image, long need, int needs, long names, string version)
    {
        bool changed = false;
        for (int i = 0; i < needs; i++)
        {
            int entries = (int)Read(image, need + 2, 2);
            long entry = need + (long)Read(image, need + 8, 4);
            for (int j = 0; j < entries; j++)
            {
                long flags = entry + 4;
                if (Name(image, names + (long)Read(image, entry + 8, 4)) == version && (Read(image, flags, 2) & WeakFlag) == 0)
                {
                    image[flags] |= (byte)WeakFlag;
                    changed = true;
                }

                entry += (long)Read(image, entry + 12, 4);
            }

            need += (long)Read(image, need + 12, 4);
        }

        return changed;
    }

    private static ulong Read(byte[] image, long offset, int bytes)
    {
        if (offset < 0 || offset + bytes > image.Length)
        {
            throw new InvalidDataException("a record points outside the file, at offset " + offset + ".");
        }

        ulong value = 0;
        for (int i = bytes - 1; i >= 0; i--)
        {
            value = (value << 8) | image[offset + i];
        }

        return value;
    }

    private static string Name(byte[] image, long offset)
    {
        long end = offset;
        while (Read(image, end, 1) != 0)
        {
            end++;
        }

        return Encoding.ASCII.GetString(image, (int)offset, (int)(end - offset));
    }

    /// <summary>Looks for the version's name in the system's own library; where that cannot be found, changing nothing would leave a program that does not load.</summary>
    private static bool SystemDefines(string provider, string version)
    {
        foreach (string folder in new[] { "/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib" })
        {
            string path = Path.Combine(folder, provider);
            if (File.Exists(path))
            {
                return Encoding.ASCII.GetString(File.ReadAllBytes(path)).Contains(version + "\0");
            }
        }

        return false;
    }
}
