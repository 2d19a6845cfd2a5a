
namespace EdgeAgent.Core.Specs;

/// <summary>What a key holds; decides reading, findings, docs and schema. In brackets: the type of the bound value.</summary>
public enum FieldType
{
    /// <summary>Any one-line text [string].</summary>
    Text,

    /// <summary>A whole number [long].</summary>
    Integer,

    /// <summary>A finite number [double].</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c> [bool].</summary>
    Boolean,

    /// <summary>A time span such as <c>1h30m</c> [TimeSpan].</summary>
    Duration,

    /// <summary>A size such as <c>64MiB</c> [long, bytes].</summary>
    Size,

    /// <summary>One of <see cref="FieldSpec.Choices"/> [the choice's value].</summary>
    Enum,

    /// <summary>A text that is never shown [Secret].</summary>
    Secret,

    /// <summary>A path of a file or folder [string].</summary>
    Path,

    /// <summary><c>host:port</c> [string].</summary>
    HostPort,

    /// <summary>A URL with one of the schemes in <see cref="FieldSpec.Choices"/> [Uri].</summary>
    Url,

    /// <summary>A name of a component: letters, digits, <c>_</c> and <c>-</c>, at most 64 [string].</summary>
    Name,

    /// <summary>The name of a label that a reading is expected to have here [string].</summary>
    Label,

    /// <summary>The name of a label that is made here [string].</summary>
    NewLabel,

    /// <summary>Exact text or a pattern with <c>*</c> and <c>?</c> [string].</summary>
    Glob,

    /// <summary>An MQTT topic with <c>{label}</c> levels [string].</summary>
    TopicTemplate,

    /// <summary>Text with <c>{label}</c> holes [string].</summary>
    TextTemplate,

    /// <summary>A path into a JSON text [string].</summary>
    JsonPath,

    /// <summary>An IANA time zone [the zone's rules, as whoever has them gives them].</summary>
    TimeZone,

    /// <summary>A single character [char].</summary>
    Character,

    /// <summary>A list of <see cref="FieldSpec.Item"/> [list of SpecValue].</summary>
    List,

    /// <summary>Names with values of <see cref="FieldSpec.Item"/> [list of name and SpecValue].</summary>
    Map,

    /// <summary>The keys of <see cref="FieldSpec.Component"/> [SpecValues].</summary>
    Component,

    /// <summary>One member of <see cref="FieldSpec.Group"/> [SpecValues].</summary>
    OneOf,
}
