using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Host.Live.Security;

/// <summary>The certificate with which a host shows who it is: a PKCS#12 file, or PEM with the key in the same file or beside it.</summary>
/// <param name="Certificate">The certificate with its private key.</param>
/// <param name="Chain">Further certificates of the file, which lead to a known authority.</param>
internal sealed record HostCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain) : IDisposable
{
    private const string PemMark = "-----BEGIN ";

    /// <summary>Loads a certificate.</summary>
    /// <param name="path">The file.</param>
    /// <param name="keyPath">The file of the private key, PEM; null where the certificate's own file holds it.</param>
    /// <param name="password">What the key is encrypted with; null for nothing.</param>
    /// <exception cref="UsageException">A file cannot be read, is no certificate, lacks the key, or the password is another. The message does not repeat it.</exception>
    public static HostCertificate Load(string path, string? keyPath, string? password)
    {
        try
        {
            var loaded = IsPem(path) ? FromPem(path, keyPath, password) : FromPkcs12(path, password);
            return loaded.Certificate.HasPrivateKey ? loaded : throw new UsageException($"--certificate: '{path}' holds no private key; expected it in the same file, or in the file of --certificate-key.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new UsageException($"--certificate: '{path}' cannot be used: {exception.Message.ReplaceLineEndings(" ")} Expected PEM or PKCS#12 with its private key; a password stands in {LiveOptions.EnvironmentPrefix}CERTIFICATEPASSWORD.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        foreach (var certificate in Chain)
        {
            certificate.Dispose();
        }
    }

    private static bool IsPem(string path)
    {
        using var reader = new StreamReader(path);
        char[] head = new char[4096];
        return new string(head, 0, reader.ReadBlock(head)).Contains(PemMark, StringComparison.Ordinal);
    }

    private static HostCertificate FromPem(string path, string? keyPath, string? password)
    {
        using var pem = password is null ? X509Certificate2.CreateFromPemFile(path, keyPath) : X509Certificate2.CreateFromEncryptedPemFile(path, password, keyPath);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(path);

        // Windows' TLS knows keys of files only when they were imported.
        var certificate = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), password: null);
        return new HostCertificate(certificate, chain);
    }

    private static HostCertificate FromPkcs12(string path, string? password)
    {
        var all = X509CertificateLoader.LoadPkcs12CollectionFromFile(path, password);
        var own = all.FirstOrDefault(certificate => certificate.HasPrivateKey) ?? all.FirstOrDefault() ?? throw new CryptographicException("it holds no certificate.");
        return new HostCertificate(own, all);
    }
}
