using TrainingDoctor.Configuration;

namespace TrainingDoctor.Tests.Configuration;

public sealed class DoctorEnvironmentTests
{
    [Fact]
    public void AVariableIsReadByItsNameAndByItsFormerOne()
    {
        Assert.Equal("ja", DoctorEnvironment.Read("LANG", Of("TRAINDOCTOR_LANG", "ja")));
        Assert.Equal("ja", DoctorEnvironment.Read("LANG", Of("TRAINING_DOCTOR_LANG", "ja")));
        Assert.Equal("off", DoctorEnvironment.Read(string.Empty, Of("TRAINING_DOCTOR", "off")));
        Assert.Null(DoctorEnvironment.Read("LANG", Of("LANG", "ja")));
        Assert.Equal("new", DoctorEnvironment.Read("LANG", name => name == "TRAINDOCTOR_LANG" ? "new" : "former"));
    }

    [Fact]
    public void TheFormerNameIsToldOnce()
    {
        var error = Console.Error;
        using var told = new StringWriter();
        Environment.SetEnvironmentVariable("TRAINING_DOCTOR_TEST", "1");
        try
        {
            Console.SetError(told);
            Assert.Equal("1", DoctorEnvironment.Read("TEST"));
            Assert.Equal("1", DoctorEnvironment.Read("TEST"));
        }
        finally
        {
            Console.SetError(error);
            Environment.SetEnvironmentVariable("TRAINING_DOCTOR_TEST", null);
        }

        Assert.Single(told.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries), line => line.Contains("TRAINDOCTOR_TEST", StringComparison.Ordinal));
    }

    private static Func<string, string?> Of(string name, string value) => asked => asked == name ? value : null;
}
