using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using TrainingDoctor.Host.Live;
using TrainingDoctor.Host.Live.Security;
using TrainingDoctor.Host.Shell;

namespace TrainingDoctor.Tests.Live.Security;

/// <summary>A host speaks TLS with a certificate of any usual form, and says in one line what is wrong with one.</summary>
public sealed class TlsTests : IDisposable
{
    private const string Password = "of these tests";

    private readonly string _folder = Directory.CreateTempSubdirectory("traindoctor").FullName;
    private readonly RSA _key = RSA.Create(2048);
    private readonly X509Certificate2 _certificate;

    public TlsTests()
    {
        var request = new CertificateRequest("CN=localhost", _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    [Theory]
    [InlineData("one file", null)]
    [InlineData("two files", null)]
    [InlineData("encrypted key", Password)]
    [InlineData("PKCS#12", Password)]
    [InlineData("PKCS#12", null)]
    public void ACertificateOfAnyFormIsLoaded(string form, string? password)
    {
        var (path, key) = Write(form, password);

        using var loaded = HostCertificate.Load(path, key, password);

        Assert.Equal(_certificate.Thumbprint, loaded.Certificate.Thumbprint);
        Assert.True(loaded.Certificate.HasPrivateKey);
    }

    [Fact]
    public async Task TelemetryAndTokensTravelEncrypted()
    {
        var (path, key) = Write("two files", null);
        using var certificate = HostCertificate.Load(path, key, null);
        await using var host = await LiveTestHost.StartAsync(new LiveOptions { Token = "a token for these tests" }, certificate: certificate);

        var pushed = await LiveTestHost.ReadAsync(await host.PushAsync("a", 0, TelemetryLines.Of("x")));
        host.Look();
        using var session = new HttpRequestMessage(HttpMethod.Post, "/api/v1/session");
        var signedIn = await host.Http.SendAsync(session);
        var address = host.Http.BaseAddress!;
        using var plain = new HttpClient();
        var refused = await Record.ExceptionAsync(() => plain.GetStringAsync($"http://127.0.0.1:{address.Port}/health"));

        Assert.Equal("https", address.Scheme);
        Assert.Equal((HttpStatusCode.Accepted, 62L), pushed);
        Assert.Equal("x", Assert.Single(host.Board.Runs).Name);
        Assert.Contains("; secure", Assert.Single(signedIn.Headers.GetValues("Set-Cookie")), StringComparison.OrdinalIgnoreCase);
        Assert.IsType<HttpRequestException>(refused);
    }

    [Theory]
    [InlineData("nothing", "cannot be used")]
    [InlineData("no key", "private key")]
    [InlineData("another password", "cannot be used")]
    [InlineData("no certificate", "cannot be used")]
    public void WhatIsWrongWithACertificateIsSaid(string what, string said)
    {
        string path = Path.Combine(_folder, "certificate.pem");
        switch (what)
        {
            case "no key":
                File.WriteAllText(path, _certificate.ExportCertificatePem());
                break;
            case "another password":
                path = Write("PKCS#12", Password).Path;
                break;
            case "no certificate":
                File.WriteAllText(path, "step,loss\n1,2\n");
                break;
        }

        string message = Assert.Throws<UsageException>(() => HostCertificate.Load(path, null, what == "another password" ? "another" : null)).Message;

        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.DoesNotContain("another\"", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://127.0.0.1:0", false, "--certificate")]
    [InlineData("http://127.0.0.1:0", true, "expected https://")]
    public void AnAddressGoesWithTheCertificate(string address, bool hasCertificate, string said) =>
        Assert.Contains(said, Assert.Throws<UsageException>(() => LiveAddress.Parse(address, hasToken: true, hasCertificate)).Message, StringComparison.Ordinal);

    [Fact]
    public void ACertificateAloneAsksForHttps()
    {
        var (options, _) = LiveOptions.Load(null, null, ("some.pem", null));

        Assert.Equal((LiveAddress.SecureDefault, "some.pem"), (options.Address, options.Certificate));
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private (string Path, string? Key) Write(string form, string? password)
    {
        string path = Path.Combine(_folder, form == "PKCS#12" ? "certificate.pfx" : "certificate.pem");
        string key = Path.Combine(_folder, "key.pem");
        string certificate = _certificate.ExportCertificatePem() + "\n";
        switch (form)
        {
            case "one file":
                File.WriteAllText(path, certificate + _key.ExportPkcs8PrivateKeyPem());
                return (path, null);
            case "two files":
                File.WriteAllText(path, certificate);
                File.WriteAllText(key, _key.ExportPkcs8PrivateKeyPem());
                return (path, key);
            case "encrypted key":
                File.WriteAllText(path, certificate);
                File.WriteAllText(key, _key.ExportEncryptedPkcs8PrivateKeyPem(password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
                return (path, key);
            default:
                File.WriteAllBytes(path, _certificate.Export(X509ContentType.Pkcs12, password));
                return (path, null);
        }
    }
}
