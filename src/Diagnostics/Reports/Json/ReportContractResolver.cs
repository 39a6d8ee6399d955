using System.Reflection;
using Newtonsoft.Json;
using Newtonsoft.Json.Serialization;

namespace TrainingDoctor.Reports.Json;

/// <summary>Reads from the types which fields must be there and which may be null, so that types, schema and reading agree.</summary>
internal sealed class ReportContractResolver : DefaultContractResolver
{
    public ReportContractResolver() => NamingStrategy = new CamelCaseNamingStrategy();

    protected override JsonProperty CreateProperty(MemberInfo member, MemberSerialization memberSerialization)
    {
        var property = base.CreateProperty(member, memberSerialization);
        if (member is PropertyInfo info && !property.IsRequiredSpecified)
        {
            bool isNullable = new NullabilityInfoContext().Create(info).ReadState == NullabilityState.Nullable;
            bool mustBeThere = info.GetCustomAttribute<System.Runtime.CompilerServices.RequiredMemberAttribute>() is not null;
            property.Required = (mustBeThere, isNullable) switch
            {
                (true, true) => Required.AllowNull,
                (true, false) => Required.Always,
                _ => Required.DisallowNull,
            };
        }

        return property;
    }
}
